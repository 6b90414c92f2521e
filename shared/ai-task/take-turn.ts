import { keepTrying } from "@shared/ai-logger/mod.ts";
import type { Admission, AdmissionRequest } from "@shared/budget/mod.ts";
import { errorKinds } from "@shared/errors/mod.ts";
import type { z } from "zod";
import type { TaskCall } from "./call.ts";
import type { TaskDefinition } from "./define-task.ts";
import type { TaskDeps } from "./task-deps.ts";
import type { BeginTurn, Turn, TurnTools } from "./turn.ts";

/** A call, its task and its turn, after the turn had its say about both. */
interface Taken<Input extends z.ZodType, Output extends z.ZodType> {
  admission: Admission;
  definition: TaskDefinition<Input, Output>;
  call: TaskCall<z.output<Input>>;
  /** Null unless admitted. */
  turn: Turn<z.output<Output>> | null;
}

/** Begins the turn that a call is. Its answer depends on what was said before, so it never comes from the cache. */
export async function takeTurn<Input extends z.ZodType, Output extends z.ZodType>(
  definition: TaskDefinition<Input, Output>,
  begin: BeginTurn<z.output<Input>, z.output<Output>>,
  call: TaskCall<z.output<Input>>,
  request: AdmissionRequest,
  deps: TaskDeps,
): Promise<Taken<Input, Output>> {
  const { admission, turn } = await begin(call, { ...request, cache: "off", input_hash: null }, turnTools(deps));
  const options = { ...call.options, cache: "off" as const };
  if (turn === null) return { admission, definition, call: { ...call, options }, turn };
  const { orgId, language, identity = call.identity, jobId } = turn;
  return {
    admission,
    turn,
    call: {
      ...call,
      orgId,
      language,
      identity,
      options: { ...options, ...(jobId === undefined ? {} : { job_id: jobId }) },
    },
    definition: {
      ...definition,
      fromText: (text) => turn.output(text, "complete"),
      ...(turn.temperature === undefined ? {} : { temperature: turn.temperature }),
      ...(turn.maxOutputTokens === undefined ? {} : { maxOutputTokens: turn.maxOutputTokens }),
    },
  };
}

/** What turns and actions are made with. */
export function turnTools({ asUser, wait, now, waitUntil, log, ledger }: TaskDeps): TurnTools {
  return { asUser, wait, now, waitUntil, log, service: ledger };
}

/**
 * Waits for something to be stored. Where that fails the caller still gets what they have coming, and it is tried again behind
 * their back, as long as a settlement is: a database that is away when an answer ends is mostly back a moment later.
 *
 * @param write May be called again: what it does twice is done once.
 */
export async function stored(
  write: () => Promise<void>,
  { log, waitUntil, settling }: Pick<TaskDeps, "log" | "waitUntil" | "settling">,
): Promise<void> {
  try {
    await write();
  } catch (error) {
    log("turn_not_stored", { kinds: errorKinds(error) });
    waitUntil(
      keepTrying(write, settling, 1).then((failure) => {
        if (failure === null) log("turn_stored_late", {});
        else log("turn_lost", { kinds: errorKinds(failure) });
      }),
    );
  }
}
