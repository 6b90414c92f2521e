import { messageOverheadTokens } from "@shared/pricing/mod.ts";
import type { Message, Tool, ToolCall } from "@shared/providers/mod.ts";
import { atMost, type CountTokens, DEFAULT_FAMILY, exactly, type ModelFamily } from "./model-family.ts";

/** Always kept free, tokens: for the order to come to an end, and for a word in the place of a round that finds no room. */
export const SET_ASIDE = 250;
/** Share of the window that is kept for what tools will find, where there are tools. */
export const RESULTS_SHARE = 0.25;
/** With less left than this, tokens, another round would only be cut off. */
const LEAST = 100;
/** Most tokens by which a text and what is around it are more together than each by itself. */
const SEAM = 3;

/** What a model was told before its first answer. */
export interface Told {
  /** Most tokens of everything in one request. */
  maxTokens: number;
  system: string;
  tools: readonly Tool[];
  /** Pictures are not counted. */
  messages: readonly Message[];
  /** How the model counts. Default: as OpenAI's present ones. */
  family?: ModelFamily;
}

/** An answer that called tools, and what they gave. */
export interface Round {
  said: string;
  calls: ToolCall[];
  /** In the order of the calls. */
  results: readonly { text: string; write: WriteResult }[];
}

/** Puts a result into what the model reads; `cut` when it is not all of it. */
export type WriteResult = (text: string, cut: boolean) => string;

/** A round as it fits. */
export interface FittedRound {
  said: string;
  calls: ToolCall[];
  /** Messages of the results, in the order of the calls. */
  contents: string[];
}

/** What is left of the context window while tools are called: it bounds every request of a turn, not only the first. */
export class ResultRoom {
  readonly #maxTokens: number;
  readonly #family: ModelFamily;
  readonly #exactly: CountTokens;
  /** System text and tools, which a hand-off replaces. */
  #frame: string[];
  readonly #texts: string[];
  #messages: number;
  /** Tokens of the texts so far, an upper bound until that is too much; null = nobody has asked, as in a turn without tools. */
  #used: number | null = null;
  #exact = false;

  /** @param count Default: exact tokens. The vocabulary is loaded only when an upper bound says that not everything fits. */
  constructor({ maxTokens, system, tools, messages, family = DEFAULT_FAMILY }: Told, count = exactly(family)) {
    this.#maxTokens = maxTokens;
    this.#family = family;
    this.#exactly = count;
    this.#frame = frameOf(system, tools);
    this.#texts = messages.map(textOf);
    this.#messages = 1 + messages.length;
  }

  /** Most tokens of the next request. */
  get tokens(): number {
    return this.#taken + messageOverheadTokens(this.#messages);
  }

  get #taken(): number {
    return this.#used ??= [...this.#frame, ...this.#texts].reduce((sum, text) => sum + atMost(text, this.#family), 0);
  }

  /** Whether another round has a place. */
  get isFull(): boolean {
    return this.#left < LEAST;
  }

  /** Tells another system text and other tools from here on; false = there is no room for them, and nothing has changed. */
  async reframe(system: string, tools: readonly Tool[]): Promise<boolean> {
    const frame = frameOf(system, tools);
    await this.#countExactly();
    const tokens = await sum(frame, this.#exactly) - await sum(this.#frame, this.#exactly);
    if (tokens > this.#left) return false;
    this.#used = this.#taken + tokens;
    this.#frame = frame;
    return true;
  }

  /** Takes a round in: whole if it fits, else with its longest results cut, then without its arguments; null = not even so. */
  async take({ said, calls, results }: Round): Promise<FittedRound | null> {
    const whole = { said, calls, contents: results.map(({ text, write }) => write(text, false)) };
    if (await this.#add(whole)) return whole;
    await this.#countExactly();
    if (await this.#add(whole)) return whole;
    const bare = { said: "", calls: calls.map((call) => ({ ...call, arguments: "{}" })) };
    for (const own of [{ said, calls }, bare]) {
      const contents = await this.#cut(own, results);
      if (contents !== null && await this.#add({ ...own, contents })) return { ...own, contents };
    }
    return null;
  }

  get #left(): number {
    return this.#maxTokens - SET_ASIDE - this.tokens;
  }

  async #add(round: FittedRound): Promise<boolean> {
    const texts = textsOf(round);
    const messages = 1 + round.contents.length;
    const tokens = this.#exact
      ? await sum(texts, this.#exactly)
      : texts.reduce((sum, text) => sum + atMost(text, this.#family), 0);
    if (tokens + overheadOf(messages) > this.#left) return false;
    this.#used = this.#taken + tokens;
    this.#texts.push(...texts);
    this.#messages += messages;
    return true;
  }

  async #countExactly(): Promise<void> {
    if (this.#exact) return;
    this.#exact = true;
    this.#used = await sum([...this.#frame, ...this.#texts], this.#exactly);
  }

  /** The results beside a model's own words: short ones whole, the others with an equal share; null when there is no room at all. */
  async #cut(own: Pick<Round, "said" | "calls">, results: Round["results"]): Promise<string[] | null> {
    const around = textsOf({ ...own, contents: results.map(({ write }) => write("", true)) });
    let room = this.#left - overheadOf(1 + results.length) - await sum(around, this.#exactly) - SEAM * results.length;
    if (room < 0) return null;
    const contents: string[] = [];
    const sizes = await Promise.all(
      results.map(async ({ text }, index) => ({ index, size: await this.#exactly(text) })),
    );
    for (const [done, { index, size }] of sizes.sort((a, b) => a.size - b.size).entries()) {
      const share = Math.floor(room / (results.length - done));
      const { text, write } = results[index] ?? { text: "", write: () => "" };
      const kept = size <= share ? text : await beginning(text, size, share, this.#exactly);
      contents[index] = write(kept, kept !== text);
      room -= Math.min(size, share);
    }
    return contents;
  }
}

function frameOf(system: string, tools: readonly Tool[]): string[] {
  return [system, tools.length === 0 ? "" : JSON.stringify(tools)];
}

function textOf({ content }: Message): string {
  if (typeof content === "string") return content;
  return content.map((part) => part.type === "text" ? part.text : "").join("\n");
}

function textsOf({ said, calls, contents }: FittedRound): string[] {
  return [said, ...calls.map(({ id, name, arguments: values }) => `${id} ${name} ${values}`), ...contents];
}

function overheadOf(messages: number): number {
  return messageOverheadTokens(messages) - messageOverheadTokens(0);
}

async function sum(texts: readonly string[], count: CountTokens): Promise<number> {
  let tokens = 0;
  for (const text of texts) tokens += await count(text);
  return tokens;
}

/** As much of a text's beginning as so many tokens hold, nearly. */
async function beginning(text: string, size: number, tokens: number, count: CountTokens): Promise<string> {
  let kept = text;
  for (let cost = size; cost > tokens; cost = await count(kept)) {
    // Never half of a character.
    kept = kept.slice(0, Math.floor(kept.length * Math.min(tokens / cost, 0.97))).replace(/[\ud800-\udbff]$/, "");
  }
  return kept;
}
