import type { Plan } from "@shared/budget/mod.ts";
import { requestSettings } from "@shared/settings/mod.ts";
import type { TaskDeps } from "./task-deps.ts";
import type { Turn } from "./turn.ts";

/** A request whose client may go away before it is over. */
export interface Left {
  plan: Plan;
  /** Null = it is no turn. */
  turn: Turn<unknown> | null;
  /** Aborted when nobody is worked for any more. */
  gone: AbortController;
  /** Fires when the request has come to its end. */
  over: AbortSignal;
}

/** What becomes of a request whose client has gone: it is given up, a turn only if its client has not come back for it by then. */
export function clientLeft({ plan, turn, gone, over }: Left, { wait }: Pick<TaskDeps, "wait">): void {
  const { onClientGone, clientGraceMs } = requestSettings(plan.settings);
  if (onClientGone === "finish") return;
  if (turn === null) return gone.abort();
  wait(Math.max(clientGraceMs, turn.graceMs ?? 0), over).then(() => over.aborted || gone.abort());
}
