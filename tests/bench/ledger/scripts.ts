import { callStatement, releasedStatement } from "../../../shared/db/call-statement.ts";
import type { Signature } from "../../../shared/db/signature.ts";
import type { KnownCard, World } from "./world.ts";

/** Which budgets a script goes through: one, a thousand of as many organizations, or one that is split into eight counters. */
export type Budgets = 1 | 1000 | "split";

const service = { role: "service_role" } as const;
/** As the direct way knows it from its second call on. */
const signature: Signature = { parameters: new Map(), returnsSet: false, returnsVoid: false, returnsJson: true };

const BARE = "select public.floor_reserve('10000000-0000-4000-8000-:n1', :budget, 0.00275);\n" +
  "select public.floor_settle('10000000-0000-4000-8000-:n1', 0.0001002);\n";

/** The floor: reserve and settle on one row of its own. */
export function barePair(budgets: Budgets): string {
  return `${numbers(1)}${budget(budgets)}${BARE}`;
}

/** Admission and settlement, each one message, as the direct way sends them. */
export function pair(world: World, budgets: Budgets, releaseEarly: boolean): string {
  return `${numbers(1)}${budget(budgets)}` +
    message("ai_admit", { request: admission(1, knownOf(world, budgets)) }, releaseEarly) +
    message("ai_settle", { settlement: settlement(world, 1) }, releaseEarly);
}

/** So many admissions one after the other, then their settlements in one message, as the gateway sends those that nobody waits for. */
export function unhurried(world: World, together: number): string {
  const each = Array.from({ length: together }, (_, index) => index + 1);
  return `${numbers(together)}${budget(1)}` +
    each.map((n) => message("ai_admit", { request: admission(n, world.known) }, true)).join("") +
    message("ai_settle_many", { settlements: each.map((n) => settlement(world, n)) }, true);
}

/** Admission alone: its hold is left for the sweep. */
export function admissionAlone(world: World, budgets: Budgets): string {
  const request = admission(1, knownOf(world, budgets));
  return `${numbers(1)}${budget(budgets)}${message("ai_admit", { request }, true)}`;
}

/** So many requests of one caller in one message, as the gateway sends those that wait for each other. */
export function grouped(world: World, together: number): string {
  const each = Array.from({ length: together }, (_, index) => index + 1);
  return `${numbers(together)}${budget(1)}` +
    message("ai_admit_many", { requests: each.map((n) => admission(n, world.known)) }, true) +
    message("ai_settle_many", { settlements: each.map((n) => settlement(world, n)) }, true);
}

/** Requests of an organization whose budget is gone. */
export function refused(): string {
  return `${numbers(1)}\\set budget 2000\n${message("ai_admit", { request: admission(1, null) }, true)}`;
}

function numbers(count: number): string {
  return Array.from({ length: count }, (_, index) => `\\set n${index + 1} random(100000000000, 999999999999)\n`).join(
    "",
  );
}

function budget(budgets: Budgets): string {
  const number = { 1: "1000", 1000: "random(1000, 1999)", split: "2001" }[budgets];
  return `\\set budget ${number}\n`;
}

/** pgbench sends what `\;` joins as one message. */
function message(name: string, args: Record<string, unknown>, releaseEarly: boolean): string {
  const call = { identity: service, name, args, signature, statementTimeoutMs: 9500 };
  if (releaseEarly) return `${releasedStatement(call)};\n`;
  return `${callStatement(call).replaceAll(";\n", " \\;\n")};\n`;
}

/** Of a thousand organizations and of the split one every plan is told whole. */
function knownOf({ known }: World, budgets: Budgets): KnownCard | null {
  return budgets === 1 ? known : null;
}

/** A task's request by a member, with eleven candidates of the shipped policy. */
function admission(n: number, known: KnownCard | null) {
  return {
    request_id: `10000000-0000-4000-8000-:n${n}`,
    org_id: "00000000-0000-4000-8000-00000000:budget",
    user_id: "00000000-0000-4000-8000-0000000000a1",
    key_hash: null,
    service: false,
    task: "classify-lead",
    operation: "chat",
    importance: "medium",
    cost_sensitivity: "medium",
    models: null,
    cache: "off",
    stream: false,
    job_id: null,
    subject_type: null,
    subject_id: null,
    idempotency_key: null,
    body_hash: null,
    language: "en",
    input_hash: null,
    visibility: null,
    output_settings: {},
    input_tokens: 600,
    prompt_tokens: 400,
    prompt: { key: "classify-lead", version: 1 },
    max_output_tokens: 300,
    complexity: 0.25,
    complexity_features: { length: 0.1, questions: 0.05 },
    needs: [],
    providers: ["openai", "anthropic", "together"],
    items: null,
    deadline_ms: 120000,
    ...known,
  };
}

function settlement({ priceId }: World, n: number) {
  return {
    request_id: `10000000-0000-4000-8000-:n${n}`,
    org_id: "00000000-0000-4000-8000-00000000:budget",
    task: "classify-lead",
    user_id: "00000000-0000-4000-8000-0000000000a1",
    calls: [{
      attempt: 1,
      purpose: "answer",
      provider: "openai",
      request_model: "gpt-4o-mini",
      response_model: "gpt-4o-mini-2024-07-18",
      price_id: priceId,
      input_tokens: 412,
      output_tokens: 64,
      cache_read_input_tokens: 0,
      cache_write_input_tokens: null,
      usage_source: "provider",
      latency_ms: 640,
      time_to_first_token_ms: null,
      finish_reason: "stop",
      error_code: null,
      stand_in: false,
      retry_after_ms: null,
    }],
    outcome: {
      status: "succeeded",
      error_code: null,
      tier: "small",
      provider: "openai",
      model: "gpt-4o-mini",
      latency_ms: 650,
      time_to_first_token_ms: null,
      escalated: false,
      fell_back: false,
      confidence_score: 0.87,
      confidence_breakdown: { model_confidence: 0.9, completeness: 0.85, consistency: 0.88, validation: 0.8 },
      action: "use_ai_result",
      fallback_reason: null,
      needs_review: false,
      decision: { reasons: ["good_enough"] },
    },
    answer: null,
    cacheable: false,
    items: null,
    payload: null,
  };
}
