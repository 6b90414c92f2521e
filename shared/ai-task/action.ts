import { jsonResponse } from "@shared/http/mod.ts";
import type { Identity } from "./call.ts";
import { turnTools } from "./take-turn.ts";
import type { TaskDeps } from "./task-deps.ts";
import type { TaskAction } from "./turn.ts";

/** The action a body asks for; null when it is an ordinary call, or names none that the task has. */
export function actionIn(
  definition: { actions?: Readonly<Record<string, TaskAction>> },
  body: unknown,
): TaskAction | null {
  const name = typeof body === "object" && body !== null && "action" in body ? body.action : null;
  const { actions = {} } = definition;
  return typeof name === "string" && Object.hasOwn(actions, name) ? actions[name] ?? null : null;
}

/** Carries an action out and answers with what it gives. */
export async function runAction(
  action: TaskAction,
  body: unknown,
  identity: Identity,
  deps: TaskDeps,
): Promise<Response> {
  return jsonResponse({ data: await action(body, identity, turnTools(deps)) });
}
