import type { TurnStage } from "@shared/ai-task/mod.ts";
import type { ChatAnswer, ChatRequest, Message, Tool, ToolCall } from "@shared/providers/mod.ts";
import { fence } from "@shared/prompts/mod.ts";
import type { Following, SoFar } from "@shared/router/mod.ts";
import {
  checkArguments,
  executeTool,
  type RegisteredTool,
  type ToolContext,
  type ToolDeps,
} from "@shared/tools/mod.ts";
import type { Assistant, BegunTurn, TurnStep } from "./begun-turn.ts";
import { HAND_OFF, ownTools, PLAN } from "./own-tools.ts";
import { type EndedCall, endOf, eventOf, storable } from "./ended-call.ts";
import type { ChatOutput, ToldCall } from "./schemas.ts";
import type { ResultRoom } from "./result-room.ts";
import { assistantText, CUT_TEXT, HURRY_TEXT, LIMIT_TEXT, NO_ROOM } from "./system-text.ts";
import type { CallStore } from "./call-store.ts";
import { TurnLimits } from "./turn-limits.ts";

/** A call on its way: what the model wrote, and what may be done with it. */
interface Asked {
  call: ToolCall;
  tool: RegisteredTool | null;
  values: Record<string, unknown>;
  /** Why it cannot be carried out; null = it can. */
  problem: { code: string; text: string } | null;
}

/** Tools whose results are ours to vouch for: they compute, and bring in nothing others wrote. */
const OWN_RESULTS = ["calculator"];

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
  readonly #limits: TurnLimits;
  /** Whether material that others wrote has come in: from then on nothing is written without the user. */
  #tainted: boolean;
  #closed = false;
  #room: ResultRoom | null = null;

  constructor(parts: LoopParts) {
    this.#parts = parts;
    this.assistant = parts.begun.assistant;
    this.#limits = new TurnLimits(parts.begun.run);
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
    this.#limits.next(answer.toolCalls);
    const asked = await Promise.all(answer.toolCalls.map((call) => this.#check(call)));
    const ended = await this.#carryOut(asked, answer.text, stage);
    this.calls.push(...ended.map(({ told }) => told));
    if (ended.some(({ told }) => told.status === "awaiting_approval")) {
      return this.#paused("awaiting_approval", said);
    }
    const round = await this.#fit(answer.text, answer.toolCalls, ended);
    const spent = { elapsedMs: this.#elapsedMs, spentUsd: Number(spentUsd) };
    this.limit = this.#limits.reached(this.assistant, spent) ??
      (round === null || this.#room?.isFull ? "context" : null);
    this.#closed = this.limit !== null;
    if (!this.#closed && this.#handsOver()) return this.#paused("continues", said);
    const change = this.#change(stage);
    if (round === null) return { next: "ask", messages: NO_ROOM, instead: { text: "…", toolCalls: [] }, change };
    return { next: "ask", ...round, change };
  }

  /** Goes on with an answer that waited: carries out what was granted, and gives every round so far as messages. */
  async resume(steps: readonly TurnStep[], stage: TurnStage): Promise<Message[]> {
    this.#tainted ||= steps.some(({ status, name }) => status === "succeeded" && !OWN_RESULTS.includes(name));
    this.#limits.goOnAfter(steps);
    const open = steps.filter(({ status }) => status === "approved" || status === "denied");
    const decided = new Map(
      await Promise.all(open.map(async (step): Promise<[string, EndedCall]> => {
        const end = await this.#decided(step, stage);
        await stage.emit("tool_result", eventOf(end));
        return [step.id, end];
      })),
    );
    await this.#parts.store.end([...decided].map(([id, end]) => ({ id, ...storable(end) })));
    const endedAs = (step: TurnStep) => decided.get(step.id) ?? endOf(step);
    this.calls.push(...steps.map((step) => endedAs(step).told));
    const told: Message[] = [];
    for (const round of Map.groupBy(steps, ({ step }) => step).values()) {
      const fitted = await this.#fit(
        round.map(({ said }) => said).join(""),
        round.map(({ call_id, name, arguments: text }) => ({ id: call_id, name, arguments: text })),
        round.map(endedAs),
      );
      if (fitted === null) return [...told, { role: "assistant", content: "…" }, ...NO_ROOM];
      const { instead: { text: content, toolCalls }, messages } = fitted;
      told.push({ role: "assistant", content, toolCalls }, ...messages);
    }
    return told;
  }

  /** A round as messages, as far as there is room; null = there is none. */
  async #fit(said: string, calls: ToolCall[], ended: readonly EndedCall[]) {
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

  async #check(call: ToolCall): Promise<Asked> {
    const tool = this.#registered().find(({ name }) => name === call.name) ?? null;
    const schema = tool?.parameters ?? this.tools.find(({ name }) => name === call.name)?.parameters;
    const asked = { call, tool, values: {} };
    if (schema === undefined) return { ...asked, problem: { code: "not_found", text: "there is no such tool" } };
    const { values, problem } = await checkArguments(call.arguments, schema);
    if (problem !== null) return { ...asked, problem: { code: "invalid_request", text: problem } };
    return { ...asked, values, problem: null };
  }

  async #carryOut(asked: Asked[], said: string, stage: TurnStage): Promise<EndedCall[]> {
    const { store } = this.#parts;
    const begun = await store.begin({
      said,
      tainted: this.#tainted,
      assistantId: this.assistant?.id ?? null,
      calls: asked.map(({ call, tool, problem }) => ({
        call_id: call.id,
        name: call.name,
        arguments: call.arguments,
        problem: problem?.text ?? null,
        code: problem?.code ?? null,
        internal: tool === null,
      })),
    });
    const ended = await Promise.all(asked.map(async (each, index): Promise<EndedCall> => {
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
  ): Promise<EndedCall> {
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

  async #execute({ call, tool, values }: Asked, stage: TurnStage): Promise<EndedCall> {
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
  async #decided(step: TurnStep, stage: TurnStage): Promise<EndedCall> {
    const call = { id: step.call_id, name: step.name, arguments: step.arguments };
    const told = { id: call.id, name: call.name, code: null, approval_id: null };
    if (step.status === "denied") {
      return { told: { ...told, status: "denied" }, text: "The user does not want this to be done.", latencyMs: null };
    }
    const asked = await this.#check(call);
    const { problem } = asked;
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
}

/** What a tool gave is data: the name of the markers it cannot close. */
function labelOf(name: string): string {
  return `result-of-${sendable(name)}`;
}

/** A name as providers take it back: they refuse a conversation in which a model once made up another. */
function sendable(name: string): string {
  return name.replaceAll(/[^\w-]/g, "_").slice(0, 64) || "_";
}
