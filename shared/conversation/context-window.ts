import { AppError } from "@shared/errors/mod.ts";
import { messageOverheadTokens, tokenBound } from "@shared/pricing/mod.ts";
import { fence } from "@shared/prompts/mod.ts";
import type { Message, Tool } from "@shared/providers/mod.ts";
import { recalledLine, recalledOverheadBytes, type RecalledText, recalledText } from "@shared/memory/mod.ts";
import type { Said } from "./begun-turn.ts";
import { contentWords } from "./content-words.ts";
import { rankTurns } from "./rank-turns.ts";
import { type CountTokens, DEFAULT_FAMILY, exactly, type ModelFamily } from "./model-family.ts";
import { RESULTS_SHARE, SET_ASIDE } from "./result-room.ts";

/** Everything that wants a place in the context. */
export interface ContextWishes {
  /** All of the system text. */
  system: string;
  /** What the model may call; told to it in every request. Default: nothing. */
  tools?: readonly Tool[];
  /** The branch so far, oldest first. */
  history: readonly Said[];
  /** What was said up to a message, in few words. Default: nobody has written it down. */
  summary?: { text: string; until: string } | null;
  /** What is remembered of earlier conversations, best first. Default: nothing. */
  memories?: readonly RecalledText[];
  question: string;
  /** Most tokens of all of it, message overhead included. */
  maxTokens: number;
  /** How the model counts. Default: as OpenAI's present ones. */
  family?: ModelFamily;
}

/** What got a place. */
export interface Context {
  /** The question is the last. */
  messages: Message[];
  /** At most so many tokens; exact unless everything fits anyway. */
  tokens: number;
  /** Messages of the history that had to stay out. */
  leftOut: number;
  /** Ids of those that did not. */
  kept: ReadonlySet<string>;
}

/** Shares of the room: no part may push the others out. What one leaves is for the next. */
const SHARES = { pinned: 0.5, recent: 0.25, summary: 0.2, memories: 0.25 };
/** A question with fewer words of its own is understood from what was said just before. */
const FEW_WORDS = 3;
/** Weight of what was said just before, against the question's own words. */
const BEFORE = 0.1;

/**
 * Chooses what a model is told of a conversation. System text and question always; where there are tools, room for what they will
 * find; then what is pinned, the newest turns without a
 * gap, what is remembered and the summary; with what is left, those of the older turns that fit the question best; and where few do,
 * more of the newest. Everything older than the newest turns comes first, as data, in the order it was said.
 *
 * @param count Default: exact tokens. The vocabulary is loaded only when an upper bound says that not everything fits.
 * @throws {AppError} `context_length_exceeded` when system text and question alone are too long.
 */
export async function fitContext(wishes: ContextWishes, count?: CountTokens): Promise<Context> {
  const { history, question, memories = [], maxTokens, family = DEFAULT_FAMILY } = wishes;
  const everything = { memories, summary: null, earlier: [], recent: history };
  const most = maxTokens - roomForResults(wishes);
  const bound = boundOf(wishes, everything, most);
  if (bound <= most) return context(question, everything, history, bound);

  const space = await spaceFor(wishes, count ?? exactly(family));
  const pinned = new Set<Said>();
  await space.within(SHARES.pinned, async () => {
    for (const said of history.filter((said) => said.pinned).toReversed()) {
      if (!await space.take(lineOf(said), PER_LINE)) break;
      pinned.add(said);
    }
  });
  let from = history.length;
  const recalled = new Set<Said>();
  const takeRecent = async () => {
    for (let said = history[from - 1]; said !== undefined; said = history[from - 1]) {
      // What has its place among the older ones already costs less as a message of its own.
      const isIn = pinned.has(said) || recalled.has(said);
      if (!isIn && !await space.take(said.content, PER_MESSAGE)) break;
      from--;
    }
  };
  await space.within(SHARES.recent, takeRecent);
  const remembered = await space.within(SHARES.memories, async () => {
    const chosen: RecalledText[] = [];
    if (memories.length === 0 || !await space.take("", PER_MESSAGE + recalledOverheadBytes)) return chosen;
    for (const memory of memories) if (await space.take(recalledLine(memory), 1)) chosen.push(memory);
    return chosen;
  });
  const summary = await space.within(SHARES.summary, async () => {
    const { text, until } = wishes.summary ?? { text: "", until: "" };
    const covers = text !== "" && history.slice(0, from).some(({ id }) => id === until);
    return covers && await space.take(text, PER_LINE) ? text : null;
  });
  const older = history.slice(0, from).filter((said) => !pinned.has(said));
  for (const said of byFit(older, history, question)) if (await space.take(lineOf(said), PER_LINE)) recalled.add(said);
  // Where little of it fits, the question goes on from what was said last.
  await takeRecent();
  // An answer without its question would be the first thing said.
  while (from < history.length && history[from]?.role === "assistant") from++;
  const recent = history.slice(from);
  const earlier = history.slice(0, from).filter((said) => pinned.has(said) || recalled.has(said));
  return context(question, { memories: remembered, summary, earlier, recent }, history, space.tokens);
}

/** Template tokens of one message. */
const PER_MESSAGE = messageOverheadTokens(1) - messageOverheadTokens(0);
/** Most tokens a line costs beside its own: the break, and where it is cut from what is around it. */
const PER_LINE = 2;
/** Most tokens of the block's own words and markers: two titles and two pairs of markers, which o200k counts 110. */
const BLOCK = PER_MESSAGE + 200;

/** What is left of the budget. */
class Space {
  readonly #whole: number;
  #limit = 0;

  /** @param taken Tokens that are gone already. */
  constructor(public left: number, readonly count: CountTokens, readonly taken: number) {
    this.#whole = left;
  }

  /** Everything that is taken. */
  get tokens(): number {
    return this.taken + this.#whole - this.left;
  }

  /** Takes no more than a share of the whole room meanwhile. */
  async within<Result>(share: number, take: () => Promise<Result>): Promise<Result> {
    this.#limit = Math.max(0, this.left - Math.floor(this.#whole * share));
    try {
      return await take();
    } finally {
      this.#limit = 0;
    }
  }

  /** Takes a text in, with so many tokens around it, if there is room. */
  async take(text: string, around: number): Promise<boolean> {
    const room = this.left - this.#limit;
    if (isSurelyLonger(text, room)) return false;
    const cost = await this.count(text) + around;
    if (cost > room) return false;
    this.left -= cost;
    return true;
  }
}

async function spaceFor(
  wishes: ContextWishes,
  count: CountTokens,
): Promise<Space> {
  const { system, tools = [], question, maxTokens } = wishes;
  const toolText = tools.length === 0 ? "" : JSON.stringify(tools);
  const room = maxTokens - messageOverheadTokens(2) - await count(system) - await count(question) -
    await count(toolText);
  const aside = tools.length === 0 ? 0 : SET_ASIDE;
  if (room < aside) {
    throw new AppError(
      "context_length_exceeded",
      `Cannot answer: instructions and message need ${maxTokens - room + aside} tokens, ${maxTokens} are allowed`,
    );
  }
  const block = Math.min(room, BLOCK);
  return new Space(Math.max(0, room - block - roomForResults(wishes)), count, maxTokens - room + block);
}

/** Tokens that stay free for what tools will find. */
function roomForResults({ tools = [], maxTokens }: ContextWishes): number {
  return tools.length === 0 ? 0 : SET_ASIDE + Math.floor(RESULTS_SHARE * maxTokens);
}

/** Older turns that have something in common with the question, the best first. */
function byFit(older: readonly Said[], history: readonly Said[], question: string): Said[] {
  const scores = rankTurns(older, question);
  if (contentWords(question).length < FEW_WORDS) {
    const before = rankTurns(older, history.slice(-2).map(({ content }) => content).join("\n"));
    for (const [index, score] of before.entries()) scores[index] = (scores[index] ?? 0) + BEFORE * score;
  }
  return older.map((said, index) => ({ said, score: scores[index] ?? 0 })).filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score).map(({ said }) => said);
}

/** A text is not worth counting when even tokens of 128 bytes, the longest there are, would be too many. */
function isSurelyLonger(text: string, tokens: number): boolean {
  return text.length > Math.max(tokens, 0) * 128;
}

/** What has found a place. */
interface Chosen {
  memories: readonly RecalledText[];
  summary: string | null;
  /** Of before the newest turns, in order. */
  earlier: readonly Said[];
  recent: readonly Said[];
}

function context(question: string, chosen: Chosen, history: readonly Said[], tokens: number): Context {
  const kept = [...chosen.earlier, ...chosen.recent];
  return {
    messages: [...before(chosen), ...chosen.recent.map(messageOf), user(question)],
    tokens,
    leftOut: history.length - kept.length,
    kept: new Set(kept.map(({ id }) => id)),
  };
}

/** What comes before the newest turns: nothing of it is an instruction. */
function before({ memories, summary, earlier }: Omit<Chosen, "recent">): Message[] {
  const parts: [title: string, name: string, text: string][] = [
    ["This conversation until then, in short:", "summary", summary ?? ""],
    [
      "Kept from earlier in this conversation:",
      "earlier",
      earlier.map(lineOf).join("\n"),
    ],
  ];
  const told = parts.filter(([, , text]) => text !== "").map(([title, name, text]) => `${title}\n${fence(name, text)}`);
  const remembered = recalledText(memories);
  return [
    ...(remembered === null ? [] : [user(remembered)]),
    ...(told.length === 0 ? [] : [user(told.join("\n\n"))]),
  ];
}

/** A message as a line of the block: who said it, and on which day. */
function lineOf({ role, content, at }: Said): string {
  return `${role}: ${at === "" ? "" : `[${at.slice(0, 10)}] `}${content}`;
}

function messageOf({ role, content }: Said): Message {
  return role === "user" ? user(content) : { role: "assistant", content };
}

function user(content: string): Message {
  return { role: "user", content };
}

/** An upper bound of everything; Infinity as soon as it is more than `most`, since a long history need not be read to its end for that. */
function boundOf(
  { system, tools = [], question, family = DEFAULT_FAMILY }: ContextWishes,
  chosen: Chosen,
  most: number,
): number {
  const told = [...before(chosen), ...chosen.recent].map(({ content }) => String(content));
  const texts = [system, ...told, question];
  const overhead = messageOverheadTokens(texts.length);
  let bound = 0;
  for (const text of tools.length === 0 ? texts : [...texts, JSON.stringify(tools)]) {
    bound += tokenBound(text, family.tokenizer);
    if (overhead + bound * family.factor > most) return Infinity;
  }
  return overhead + Math.ceil(bound * family.factor);
}
