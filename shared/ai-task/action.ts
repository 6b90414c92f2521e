import { AppError } from "@shared/errors/mod.ts";
import { jsonResponse } from "@shared/http/mod.ts";
import type { Identity } from "./call.ts";
import { turnTools } from "./take-turn.ts";
import type { TaskDeps } from "./task-deps.ts";
import type { TaskAction } from "./turn.ts";

/**
 * The action a body asks for; null when it is an ordinary call.
 *
 * @throws {AppError} `invalid_request` for one that a task with actions does not have.
 */
export function actionIn(
  definition: { actions?: Readonly<Record<string, TaskAction>> },
  body: unknown,
): TaskAction | null {
  const name = typeof body === "object" && body !== null && "action" in body ? body.action : null;
  const { actions = {} } = definition;
  if (typeof name !== "string" || Object.keys(actions).length === 0) return null;
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action === undefined) throw new AppError("invalid_request", "Cannot use the input: there is no such action");
  return action;
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
