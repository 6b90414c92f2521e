import type { Plan } from "@shared/budget/mod.ts";
import { sumCounts } from "@shared/pricing/mod.ts";
import type { RouteResult } from "@shared/router/mod.ts";
import { DEADLINE_MS } from "./admission-request.ts";
import type { TaskCall } from "./call.ts";
import type { Conclusion } from "./conclude.ts";
import { stoppedEnvelope } from "./stopped-answer.ts";
import { stored } from "./take-turn.ts";
import type { TaskDeps } from "./task-deps.ts";
import type { TaskSink } from "./task-sink.ts";
import type { Turn, TurnEnd } from "./turn.ts";

/** Stands beside a turn while it is answered: listens for a stop, keeps what the caller has heard, stores the end. */
export class TurnWatch<Output> {
  /** Aborts when nobody waits any more, and when somebody asked to stop. */
  readonly signal: AbortSignal;
  /** Passes everything on; null where the answer is wanted whole. */
  readonly sink: TaskSink | null;
  readonly #turn: Turn<Output>;
  readonly #deps: TaskDeps;
  readonly #over = new AbortController();
  readonly #stop = new AbortController();
  #heard = "";

  constructor(turn: Turn<Output>, sink: TaskSink | null, gone: AbortSignal, deps: TaskDeps) {
    this.#turn = turn;
    this.#deps = deps;
    this.signal = AbortSignal.any([gone, this.#stop.signal]);
    this.sink = sink === null ? null : this.#listening(sink);
    deps.waitUntil(turn.stopAsked(this.#over.signal).then((asked) => asked ? this.#stop.abort() : undefined));
  }

  /**
   * Stores the end of the turn before anybody is told of it, so that the next one finds it.
   *
   * @returns The conclusion; after a stop, and where a later request goes on, with what had come by then as the answer.
   */
  async end(
    conclusion: Conclusion,
    task: string,
    call: TaskCall<unknown>,
    plan: Plan,
    result: RouteResult<Output>,
  ): Promise<Conclusion> {
    this.#over.abort();
    const { envelope, failure, outcome } = conclusion;
    const nowMs = this.#deps.now();
    const asked = this.#stop.signal.aborted;
    // Whoever runs out of time is cut off as well, and was stopped by nobody.
    const isLate = !asked && nowMs >= call.startedAt + DEADLINE_MS;
    const status = envelope !== null ? "complete" : result.cancelled && !isLate ? "stopped" : "failed";
    const errorCode = status !== "failed" ? null : result.cancelled ? "timeout" : failure?.code ?? "internal";
    const goesOn = errorCode !== null && this.#turn.goesOn?.(errorCode) === true;
    const last = result.calls.at(-1);
    const billed = result.calls.filter(({ usage_source }) => usage_source !== "none");
    const end = {
      status,
      text: result.best !== null && envelope !== null ? result.best.answer.text : this.#heard,
      provider: outcome.provider ?? last?.provider ?? null,
      model: outcome.model ?? last?.request_model ?? null,
      tokens: billed.length === 0 ? null : sumCounts(billed.map(({ output_tokens }) => output_tokens)),
      errorCode,
      costUsd: result.costUsd,
      elapsedMs: Math.round(nowMs - call.startedAt),
    } satisfies TurnEnd;
    await stored(() => this.#turn.ended(end), this.#deps);
    if (!goesOn && !(status === "stopped" && asked)) return conclusion;
    const data = this.#turn.output(this.#heard, goesOn ? "continues" : "stopped");
    return {
      ...conclusion,
      envelope: stoppedEnvelope(data, task, call, plan, result, this.#deps.now()),
      failure: null,
    };
  }

  #listening(sink: TaskSink): TaskSink {
    return {
      event: (name, data, plan) => sink.event(name, data, plan),
      piece: (piece, candidate) => {
        if (piece.type === "delta") this.#heard += piece.text;
        return sink.piece(piece, candidate);
      },
      restart: (reason) => {
        this.#heard = "";
        return sink.restart(reason);
      },
    };
  }
}
