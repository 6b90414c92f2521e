import type { Admission } from "@shared/budget/mod.ts";
import { errorKinds, toAppError } from "@shared/errors/mod.ts";
import type { z } from "zod";
import type { TaskCall } from "./call.ts";
import type { TaskDefinition } from "./define-task.ts";
import type { TaskDeps } from "./task-deps.ts";
import type { Turn } from "./turn.ts";

/** A call, its task and its turn, after the turn had its say about both. */
interface Taken<Input extends z.ZodType, Output extends z.ZodType> {
  definition: TaskDefinition<Input, Output>;
  call: TaskCall<z.output<Input>>;
  turn: Turn<z.output<Output>>;
}

/** Begins the turn that a call is. Its answer depends on what was said before, so it never comes from the cache. */
export async function takeTurn<Input extends z.ZodType, Output extends z.ZodType>(
  definition: TaskDefinition<Input, Output>,
  begin: NonNullable<TaskDefinition<Input, Output>["turn"]>,
  call: TaskCall<z.output<Input>>,
  { asUser, wait, now, ledger }: TaskDeps,
): Promise<Taken<Input, Output>> {
  const turn = await begin(call, { asUser, wait, now, service: ledger });
  return {
    turn,
    call: {
      ...call,
      orgId: turn.orgId,
      language: turn.language,
      options: { ...turn.options, ...call.options, cache: "off" },
    },
    definition: {
      ...definition,
      fromText: (text) => turn.output(text, "complete"),
      ...(turn.temperature === undefined ? {} : { temperature: turn.temperature }),
      ...(turn.maxOutputTokens === undefined ? {} : { maxOutputTokens: turn.maxOutputTokens }),
    },
  };
}

/** Admits a turn. One that goes no further is ended here. */
export async function admitTurn(
  turn: Turn<unknown>,
  admit: () => Promise<Admission>,
  deps: TaskDeps,
): Promise<Admission> {
  try {
    const admission = await admit();
    if (admission.outcome === "refused") await endFailed(turn, admission.code, deps);
    if (admission.outcome === "replayed") await stored(turn.dropped(), deps);
    return admission;
  } catch (error) {
    await endFailed(turn, toAppError(error).code, deps);
    throw error;
  }
}

function endFailed(turn: Turn<unknown>, errorCode: string, deps: TaskDeps): Promise<void> {
  const nothing = { text: "", provider: null, model: null, tokens: null };
  return stored(turn.ended({ ...nothing, status: "failed", errorCode }), deps);
}

/** Waits for something to be stored. Where that fails the caller still gets what they have coming. */
export async function stored(writing: Promise<void>, deps: Pick<TaskDeps, "log">): Promise<void> {
  try {
    await writing;
  } catch (error) {
    deps.log("turn_not_stored", { kinds: errorKinds(error) });
  }
}
