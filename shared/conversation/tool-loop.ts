import type { TurnStage } from "@shared/ai-task/mod.ts";
import type { ChatAnswer, ChatRequest, Message, Tool, ToolCall } from "@shared/providers/mod.ts";
import { fence } from "@shared/prompts/mod.ts";
import type { Following, SoFar } from "@shared/router/mod.ts";
import {
  checkArguments,
  type Citation,
  executeTool,
  type RegisteredTool,
  type ToolContext,
  type ToolDeps,
} from "@shared/tools/mod.ts";
import type { Assistant, BegunTurn, TurnStep } from "./begun-turn.ts";
import { HAND_OFF, ownTools, PLAN } from "./own-tools.ts";
import type { ChatOutput, ToldCall } from "./schemas.ts";
import type { ResultRoom } from "./result-room.ts";
import { assistantText, CUT_TEXT, HURRY_TEXT, LIMIT_TEXT, NO_ROOM } from "./system-text.ts";
import type { CallStore } from "./call-store.ts";

/** A call on its way: what the model wrote, and what may be done with it. */
interface Asked {
  call: ToolCall;
  tool: RegisteredTool | null;
  values: Record<string, unknown>;
}

/** How one call ended, for the model, the user and the log. */
interface Ended {
  told: ToldCall;
  /** What the model is told; null = nothing yet. */
  text: string | null;
  latencyMs: number | null;
  citations?: Citation[];
}

/** Tools whose results are ours to vouch for: they compute, and bring in nothing others wrote. */
const OWN_RESULTS = ["calculator"];

/** Same calls with the same arguments so often in a row are no progress. */
const MOST_REPEATS = 2;

/** What is around a loop. */
export interface LoopParts {
  begun: BegunTurn;
  context: ToolContext;
  deps: ToolDeps;
  store: CallStore;
  /** Epoch milliseconds at which the turn began. */
  startedAt: number;
  output(text: string, status: ChatOutput["status"]): ChatOutput;
}

/** Carries out what a model calls in one turn, round by round, within the assistant's limits. */
export class ToolLoop {
  /** Who speaks now. */
  assistant: Assistant | null;
  /** Every call of this turn, in order. */
  readonly calls: ToldCall[] = [];
  /** What made it end early; null = nothing. */
  limit: ChatOutput["limit"] = null;
  /** What the model said in the rounds of this request, for an answer that nobody hears before its end. */
  said = "";
  /** Why the answer is not over with this request; null = it is. */
  pause: "awaiting_approval" | "continues" | null = null;
  readonly #parts: LoopParts;
  /** Rounds so far. */
  #steps = 0;
  #repeats = 0;
  readonly #seen = new Set<string>();
  /** Whether material that others wrote has come in: from then on nothing is written without the user. */
  #tainted: boolean;
  #closed = false;
  #room: ResultRoom | null = null;

  constructor(parts: LoopParts) {
    this.#parts = parts;
    this.assistant = parts.begun.assistant;
    const { tainted = false, memories, attachments, history } = parts.begun;
    this.#tainted = tainted || memories.length > 0 || attachments.length > 0 ||
      history.some(({ attachments: sent = [] }) => sent.length > 0);
  }

  /** What the model may call. */
  get tools(): Tool[] {
    const { colleagues } = this.#parts.begun;
    const others = colleagues.filter(({ id }) => id !== this.assistant?.id && this.assistant?.hand_off_to.includes(id));
    const registered = this.#registered().map(({ name, description, parameters }) => ({
      name,
      description,
      parameters,
    }));
    return [...registered, ...ownTools(this.assistant, others)];
  }

  /** The assistant's part of the system text. */
  get system(): string {
    const text = assistantText(this.assistant, this.tools.length > 0);
    return this.#parts.begun.run?.cut ? `${text}\n\n${HURRY_TEXT}` : text;
  }

  /** Most tokens of a request with what the tools gave; 0 = they gave nothing. */
  get tokens(): number {
    return this.calls.length === 0 ? 0 : this.#room?.tokens ?? 0;
  }

  /** Bounds everything that is told from here on. */
  within(room: ResultRoom): void {
    this.#room = room;
  }

  /** Carries out the calls of an answer. Never throws. */
  async follow(answer: ChatAnswer, { said, spentUsd }: SoFar, stage: TurnStage): Promise<Following<ChatOutput>> {
    const { output } = this.#parts;
    this.said = said;
    // It was told to call nothing more, and does: what it said is the answer.
    if (this.#closed) return { next: "end", output: output(said.trim(), "complete") };
    this.#steps++;
    this.#countRepeats(answer.toolCalls);
    const asked = await Promise.all(answer.toolCalls.map((call) => this.#check(call)));
    const ended = await this.#carryOut(
      asked.map(({ asked }) => asked),
      asked.map(({ problem }) => problem),
      answer.text,
      stage,
    );
    this.calls.push(...ended.map(({ told }) => told));
    if (ended.some(({ told }) => told.status === "awaiting_approval")) {
      return this.#paused("awaiting_approval", said);
    }
    const round = await this.#fit(answer.text, answer.toolCalls, ended);
    this.limit = this.#reached(Number(spentUsd)) ?? (round === null || this.#room?.isFull ? "context" : null);
    this.#closed = this.limit !== null;
    if (!this.#closed && this.#handsOver()) return this.#paused("continues", said);
    const change = this.#change(stage);
    if (round === null) return { next: "ask", messages: NO_ROOM, instead: { text: "…", toolCalls: [] }, change };
    return { next: "ask", ...round, change };
  }

  /** Goes on with an answer that waited: carries out what was granted, and gives every round so far as messages. */
  async resume(steps: readonly TurnStep[], stage: TurnStage): Promise<Message[]> {
    this.#tainted ||= steps.some(({ status, name }) => status === "succeeded" && !OWN_RESULTS.includes(name));
    this.#steps = Math.max(0, ...steps.map(({ step }) => step));
    for (const round of Map.groupBy(steps, ({ step }) => step).values()) this.#countRepeats(round);
    const ended = new Map<string, Ended>();
    const open = steps.filter(({ status }) => status === "approved" || status === "denied");
    await Promise.all(open.map(async (step) => {
      const end = await this.#decided(step, stage);
      ended.set(step.id, end);
      await stage.emit("tool_result", eventOf(end));
    }));
    await this.#parts.store.end(open.flatMap(({ id }) => ended.has(id) ? [{ id, ...storable(ended.get(id)) }] : []));
    for (const step of steps) this.calls.push(ended.get(step.id)?.told ?? toldOf(step));
    const told: Message[] = [];
    for (const round of Map.groupBy(steps, ({ step }) => step).values()) {
      const fitted = await this.#fit(
        round.map(({ said }) => said).join(""),
        round.map(({ call_id, name, arguments: text }) => ({ id: call_id, name, arguments: text })),
        round.map((step) => ended.get(step.id) ?? endOf(step)),
      );
      if (fitted === null) return [...told, { role: "assistant", content: "…" }, ...NO_ROOM];
      const { instead: { text: content, toolCalls }, messages } = fitted;
      told.push({ role: "assistant", content, toolCalls }, ...messages);
    }
    return told;
  }

  /** A round as messages, as far as there is room; null = there is none. */
  async #fit(said: string, calls: ToolCall[], ended: readonly Ended[]) {
    const results = calls.map(({ name }, index) => ({
      text: ended[index]?.text ?? "Nothing came back.",
      write: (text: string, cut: boolean) => `${fence(labelOf(name), text)}${cut ? CUT_TEXT : ""}`,
    }));
    const round = { said, calls: calls.map((call) => ({ ...call, name: sendable(call.name) })), results };
    const whole = () => ({ ...round, contents: results.map(({ text, write }) => write(text, false)) });
    const fitted = this.#room === null ? whole() : await this.#room.take(round);
    if (fitted === null) return null;
    const messages = fitted.contents.map((content, index): Message => ({
      role: "tool",
      toolCallId: calls[index]?.id ?? "",
      content,
      ...(ended[index]?.told.status === "succeeded" ? {} : { isError: true }),
    }));
    return { instead: { text: fitted.said, toolCalls: fitted.calls }, messages };
  }

  #registered(): RegisteredTool[] {
    const names = this.assistant?.tools ?? [];
    return this.#parts.begun.tools.filter(({ name }) => names.includes(name));
  }

  async #check(call: ToolCall): Promise<{ asked: Asked; problem: { code: string; text: string } | null }> {
    const tool = this.#registered().find(({ name }) => name === call.name) ?? null;
    const schema = tool?.parameters ?? this.tools.find(({ name }) => name === call.name)?.parameters;
    const asked: Asked = { call, tool, values: {} };
    if (schema === undefined) return { asked, problem: { code: "not_found", text: "there is no such tool" } };
    const { values, problem } = await checkArguments(call.arguments, schema);
    if (problem !== null) return { asked, problem: { code: "invalid_request", text: problem } };
    return { asked: { ...asked, values }, problem: null };
  }

  async #carryOut(
    asked: Asked[],
    problems: ({ code: string; text: string } | null)[],
    said: string,
    stage: TurnStage,
  ): Promise<Ended[]> {
    const { store } = this.#parts;
    const begun = await store.begin({
      said,
      tainted: this.#tainted,
      assistantId: this.assistant?.id ?? null,
      calls: asked.map(({ call, tool }, index) => ({
        call_id: call.id,
        name: call.name,
        arguments: call.arguments,
        problem: problems[index]?.text ?? null,
        code: problems[index]?.code ?? null,
        internal: tool === null,
      })),
    });
    const ended = await Promise.all(asked.map(async (each, index): Promise<Ended> => {
      const row = begun[index] ?? null;
      const end = await this.#one(each, row, stage);
      await stage.emit("tool_result", eventOf(end));
      return end;
    }));
    await store.end(ended.flatMap((end, index) => {
      const row = begun[index];
      return row?.status === "running" ? [{ id: row.id, ...storable(end) }] : [];
    }));
    return ended;
  }

  async #one(
    asked: Asked,
    row: { id: string; status: string; code: string | null; detail: string | null } | null,
    stage: TurnStage,
  ): Promise<Ended> {
    const { call } = asked;
    const told = { id: call.id, name: call.name, code: null, approval_id: null };
    if (row === null || row.status === "failed") {
      const code = row?.code ?? "ledger_unavailable";
      const text = `Cannot use ${call.name}: ${row?.detail ?? "the call could not be written down"}`;
      return { told: { ...told, status: "failed", code }, text, latencyMs: null };
    }
    if (row.status === "awaiting_approval") {
      return { told: { ...told, status: "awaiting_approval", approval_id: row.id }, text: null, latencyMs: null };
    }
    return await this.#execute(asked, stage);
  }

  async #execute({ call, tool, values }: Asked, stage: TurnStage): Promise<Ended> {
    const { context, deps } = this.#parts;
    const told = { id: call.id, name: call.name, code: null, approval_id: null };
    if (tool === null) {
      return { told: { ...told, status: "succeeded" }, text: await this.#own(call.name, values, stage), latencyMs: 0 };
    }
    const startedAt = deps.now();
    const knowledgeBases = this.assistant?.knowledge_bases ?? [];
    const outcome = await executeTool(tool, values, { ...context, knowledgeBases, signal: stage.signal }, deps);
    const latencyMs = Math.round(deps.now() - startedAt);
    if (!OWN_RESULTS.includes(tool.name)) this.#tainted = true;
    if (outcome.status === "failed") {
      return { told: { ...told, status: "failed", code: outcome.code }, text: outcome.text, latencyMs };
    }
    for (const [index, citation] of (outcome.citations ?? []).entries()) {
      await stage.emit("citation", { tool_call_id: call.id, number: index + 1, ...citation });
    }
    const { text, citations } = outcome;
    return { told: { ...told, status: "succeeded" }, text, latencyMs, ...(citations ? { citations } : {}) };
  }

  /** What the turn's own tools do. */
  async #own(name: string, values: Record<string, unknown>, stage: TurnStage): Promise<string> {
    if (name === PLAN) return "The plan is written down.";
    const other = name === HAND_OFF
      ? this.#parts.begun.colleagues.find((colleague) => colleague.name === values["assistant"])
      : undefined;
    if (other === undefined) return "There is no such assistant.";
    const before = this.assistant;
    this.assistant = other;
    if (await this.#room?.reframe(stage.systemWith(this.system), this.tools) === false) {
      this.assistant = before;
      return `There is no room for ${other.name} in this answer.`;
    }
    return `You are ${other.name} now and take over. Reason: ${String(values["reason"])}`;
  }

  /** A call the user has decided about. */
  async #decided(step: TurnStep, stage: TurnStage): Promise<Ended> {
    const call = { id: step.call_id, name: step.name, arguments: step.arguments };
    const told = { id: call.id, name: call.name, code: null, approval_id: null };
    if (step.status === "denied") {
      return { told: { ...told, status: "denied" }, text: "The user does not want this to be done.", latencyMs: null };
    }
    const { asked, problem } = await this.#check(call);
    if (problem !== null || asked.tool === null) {
      const text = `Cannot use ${call.name}: ${problem?.text ?? "there is no such tool"}`;
      return { told: { ...told, status: "failed", code: problem?.code ?? "not_found" }, text, latencyMs: null };
    }
    return await this.#execute(asked, stage);
  }

  #change(stage: TurnStage): Partial<Pick<ChatRequest, "system" | "tools" | "toolChoice" | "temperature">> {
    const { begun } = this.#parts;
    const { assistant, tools } = this;
    const changed = assistant === null || assistant.id === begun.assistant?.id
      ? {}
      : { system: stage.systemWith(this.system), tools, temperature: assistant.temperature };
    if (!this.#closed) return changed;
    const system = stage.systemWith(`${this.system}\n\n${LIMIT_TEXT}`);
    return { ...changed, system, ...(tools.length === 0 ? {} : { toolChoice: "none" as const }) };
  }

  #reached(spentUsd: number): ChatOutput["limit"] {
    const { max_steps = 5, max_seconds = 90, max_cost_usd = null } = this.assistant ?? {};
    // Of an agent all requests count together.
    const { active_ms = 0, spent_usd = 0 } = this.#parts.begun.run ?? {};
    if (this.#repeats >= MOST_REPEATS) return "no_progress";
    if (this.#steps >= max_steps) return "steps";
    if (active_ms + this.#elapsedMs >= max_seconds * 1_000) return "time";
    return max_cost_usd !== null && spent_usd + spentUsd >= max_cost_usd ? "cost" : null;
  }

  get #elapsedMs(): number {
    return this.#parts.deps.now() - this.#parts.startedAt;
  }

  /** Whether the next step is for another request. */
  #handsOver(): boolean {
    const { run = null } = this.#parts.begun;
    return run !== null && this.assistant?.mode === "agent" && this.#elapsedMs >= run.slice_ms;
  }

  #paused(why: "awaiting_approval" | "continues", said: string): Following<ChatOutput> {
    this.pause = why;
    return { next: "end", output: this.#parts.output(said, why) };
  }

  #countRepeats(calls: readonly Pick<ToolCall, "name" | "arguments">[]): void {
    const keys = calls.map((call) => `${call.name} ${call.arguments}`);
    this.#repeats = keys.every((key) => this.#seen.has(key)) ? this.#repeats + 1 : 0;
    for (const key of keys) this.#seen.add(key);
  }
}

/** What a tool gave is data: the name of the markers it cannot close. */
function labelOf(name: string): string {
  return `result-of-${sendable(name)}`;
}

/** A name as providers take it back: they refuse a conversation in which a model once made up another. */
function sendable(name: string): string {
  return name.replaceAll(/[^\w-]/g, "_").slice(0, 64) || "_";
}

/** Characters of a result that an event shows. */
const SHOWN = 2_000;

function eventOf({ told, text, latencyMs }: Ended) {
  return { ...told, result: text === null ? null : text.slice(0, SHOWN), latency_ms: latencyMs };
}

function storable(end: Ended | undefined) {
  return {
    status: end?.told.status ?? "failed",
    result: end?.text ?? null,
    error_code: end?.told.code ?? null,
    latency_ms: end?.latencyMs ?? null,
    ...(end?.citations === undefined ? {} : { citations: end.citations }),
  };
}

function toldOf({ call_id, name, status, code }: TurnStep): ToldCall {
  const ended = status === "succeeded" || status === "denied" ? status : "failed";
  return { id: call_id, name, status: ended, code: ended === "failed" ? code ?? "internal" : null, approval_id: null };
}

function endOf(step: TurnStep): Ended {
  return { told: toldOf(step), text: step.result, latencyMs: null };
}
