import { durationMs } from "./duration.ts";

/** What a request is run by. Defaults are those of `ai_setting_definitions`, for a database that does not know a key yet. */
export interface RequestSettings {
  /** `ai.request.timeout`: most milliseconds of one attempt. */
  attemptTimeoutMs: number;
  /** `ai.timeout.first_token`: most milliseconds until a stream's first token. */
  firstTokenTimeoutMs: number;
  /** `ai.timeout.idle`: most milliseconds of silence in a stream. */
  idleTimeoutMs: number;
  /** `ai.retry.count`: most retries at one candidate. */
  retryCount: number;
  /** `ai.stream.on_client_gone`. */
  onClientGone: "cancel" | "finish";
  /** `ai.chat.client_grace`: milliseconds a turn is written on after its client has gone. */
  clientGraceMs: number;
  /** `ai.log.payloads`: whether prompts and answers are kept. */
  logPayloads: boolean;
}

/**
 * Types the settings that came with the plan. A value of the wrong kind cannot be stored, so one that is found all the same
 * counts as absent: a request must not fail because of a setting.
 */
export function requestSettings(settings: Record<string, unknown>): RequestSettings {
  const read = reader(settings);
  return {
    attemptTimeoutMs: read.duration("ai.request.timeout", 30_000),
    firstTokenTimeoutMs: read.duration("ai.timeout.first_token", 10_000),
    idleTimeoutMs: read.duration("ai.timeout.idle", 15_000),
    retryCount: read.count("ai.retry.count", 3),
    onClientGone: read.choice("ai.stream.on_client_gone", ["cancel", "finish"]),
    clientGraceMs: read.duration("ai.chat.client_grace", 30_000),
    logPayloads: settings["ai.log.payloads"] === true,
  };
}

function reader(settings: Record<string, unknown>) {
  return {
    duration(key: string, defaultMs: number): number {
      const value = settings[key];
      return (typeof value === "string" ? durationMs(value) : null) ?? defaultMs;
    },
    count(key: string, defaultCount: number): number {
      const value = settings[key];
      return typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : defaultCount;
    },
    choice<Choice extends string>(key: string, choices: readonly [Choice, ...Choice[]]): Choice {
      return choices.find((choice) => choice === settings[key]) ?? choices[0];
    },
  };
}
