import type { ProviderName } from "../wire/prompt.ts";

/** What can be asked of a provider. */
export type Operation = "chat" | "embedding" | "transcription" | "moderation" | "models";

/** How a provider misbehaves. */
export type FaultKind =
  | "status" // answers `status` with the vendor's error body
  | "reset" // closes the connection before the first byte
  | "silence" // accepts the request and never sends a byte
  | "latency" // answers in full, `delay_ms` later
  | "slow_first_token" // sends headers at once, the first event or byte `delay_ms` later
  | "drip" // sends a stream's events `delay_ms` apart, as a model that is writing
  | "stall" // stops after `after_events` events and keeps the connection open
  | "cut" // breaks the connection after `after_events` events, or in the middle of a body
  | "malformed" // sends something else than JSON after `after_events` events, or as the body
  | "missing_end" // ends the stream without finish reason and end marker, in good order
  | "context_length" // refuses the prompt as too long
  | "content_filter" // answers, but withholds the content
  | "authentication" // refuses the key
  | "quota" // says that the account has no money left
  | "invalid_json" // answers in good form with text that is no valid JSON
  | "says" // answers with `text` in the place of what it would have said
  | "truncated"; // cuts the answer off at half its length with finish reason `length`

/** Every kind, for validation. */
const faultKinds: readonly FaultKind[] = [
  ...[
    "status",
    "reset",
    "silence",
    "latency",
    "slow_first_token",
    "drip",
    "stall",
    "cut",
    "malformed",
    "missing_end",
  ] as const,
  ...["context_length", "content_filter", "authentication", "quota", "invalid_json", "says", "truncated"] as const,
];

/** One fault to be injected. The first one in the list that matches a request and is due takes effect. */
export interface Fault {
  kind: FaultKind;
  /** Only this provider; all of them when left out. */
  provider?: ProviderName;
  /** Only this model; `*` stands for any characters. All models when left out. */
  model?: string;
  /** @default {"chat"} */
  operation?: Operation;
  /** HTTP status of kind `status`. @default {500} */
  status?: number;
  /** `Retry-After` of an error: seconds, or `"date:<seconds>"` for the same as an HTTP date; none when left out. */
  retry_after?: number | string;
  /** Milliseconds of kinds `latency`, `slow_first_token` and `drip`. @default {1000} */
  delay_ms?: number;
  /** The answer of kind `says`. @default {""} */
  text?: string;
  /** Events of a stream that are sent before the fault. @default {3} */
  after_events?: number;
  /** How many matching requests fail before the fault is spent; every one when left out. */
  times?: number;
  /** Fails `fail` matching requests, lets `pass` through, and so on. */
  flapping?: { fail: number; pass: number };
  /** Share of matching requests that fail, 0..1, drawn from `seed`: the same sequence every time. */
  probability?: number;
  /** @default {1} */
  seed?: number;
}

/** Checks what the control API was sent. @throws {TypeError} that names the wrong member. */
export function readFaults(value: unknown): Fault[] {
  if (!Array.isArray(value)) throw new TypeError("Cannot set faults: faults must be a list");
  return value.map((item, index) => {
    const fault = item as Fault;
    const fail = (what: string): never => {
      throw new TypeError(`Cannot set faults: faults[${index}].${what}`);
    };
    if (!faultKinds.includes(fault?.kind)) fail(`kind must be one of ${faultKinds.join(", ")}`);
    if (fault.provider !== undefined && !["openai", "anthropic", "together"].includes(fault.provider)) {
      fail("provider is unknown");
    }
    for (const name of ["status", "delay_ms", "after_events", "times", "probability", "seed"] as const) {
      const number = fault[name];
      if (number !== undefined && (typeof number !== "number" || number < 0)) {
        fail(`${name} must be a number that is not negative`);
      }
    }
    if (fault.status !== undefined && (fault.status < 400 || fault.status > 599)) fail("status must be 400 to 599");
    return fault;
  });
}
