import { type Fault, readFaults } from "./faults/fault.ts";
import type { FaultPlan } from "./faults/fault-plan.ts";
import type { Journal } from "./journal.ts";
import type { Reply } from "./reply.ts";
import { record } from "./wire/json.ts";

/** Steers a running stand-in from the same process. The same over HTTP: see {@linkcode serveControl}. */
export interface Control {
  /** Replaces all faults; an empty list ends them. */
  setFaults(faults: readonly Fault[]): void;
  /** Requests since the start or the last reset. */
  requests(): ReturnType<Journal["read"]>;
  resetRequests(): void;
}

/**
 * The control API: `GET`, `POST {"faults": […]}` and `DELETE` on `/__control`, `GET` and `DELETE` on `/__control/requests`.
 * Product code never calls it: an SDK cannot pass faults through, so tests and benchmarks set them from outside.
 */
export function serveControl(
  reply: Reply,
  method: string,
  path: string,
  body: unknown,
  plan: FaultPlan,
  journal: Journal,
): void {
  const requests = path === "/__control/requests";
  if (!requests && path !== "/__control") return reply.json(404, { message: `Unknown control path ${path}` });
  if (method === "GET") return reply.json(200, requests ? journal.read() : { faults: plan.faults });
  if (method === "DELETE") {
    if (requests) journal.reset();
    else plan.set([]);
    return reply.json(200, requests ? journal.read() : { faults: plan.faults });
  }
  if (method !== "POST" || requests) return reply.json(405, { message: `${method} is not possible here` });
  try {
    plan.set(readFaults(record(body)["faults"]));
    return reply.json(200, { faults: plan.faults });
  } catch (cause) {
    return reply.json(400, { message: cause instanceof Error ? cause.message : String(cause) });
  }
}
