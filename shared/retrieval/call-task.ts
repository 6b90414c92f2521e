import { isErrorCode } from "@shared/errors/mod.ts";
import { type Envelope, StepError } from "@shared/ai-task/mod.ts";
import { ACTING_USER } from "@shared/http/mod.ts";

/** What a step of a task answered. */
export interface StepAnswer<Data> {
  data: Data;
  meta: Envelope["meta"];
}

/**
 * Calls a step of a task in the same isolate by its own handler, as the same caller: it is admitted, held, logged and settled
 * like any request.
 *
 * @throws {StepError} What the step was refused with.
 */
export async function callTask<Data>(
  handler: (request: Request) => Promise<Response>,
  caller: Request,
  body: unknown,
): Promise<StepAnswer<Data>> {
  const headers = new Headers({ "content-type": "application/json" });
  for (const name of ["authorization", "apikey", ACTING_USER, "accept-language"]) {
    const value = caller.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  const response = await handler(
    new Request(caller.url, { method: "POST", headers, body: JSON.stringify(body), signal: caller.signal }),
  );
  const answer = await response.json();
  if (response.ok) return answer;
  const { code, detail } = answer as { code?: string; detail?: string };
  const seconds = Number(response.headers.get("retry-after") ?? NaN);
  throw new StepError(
    code !== undefined && isErrorCode(code) ? code : "internal",
    detail ?? "Cannot answer: a step of the task failed",
    Number.isFinite(seconds) ? { retryAfterMs: seconds * 1_000 } : {},
  );
}
