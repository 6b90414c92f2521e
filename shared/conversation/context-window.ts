import { AppError } from "@shared/errors/mod.ts";
import { recalledLine, recalledOverheadBytes, type RecalledText, recalledText } from "@shared/memory/mod.ts";
import { exactTokens, messageOverheadTokens, tokenBound, type Tokenizer } from "@shared/pricing/mod.ts";
import { fence, fenceOverheadBytes } from "@shared/prompts/mod.ts";
import type { Message, Tool } from "@shared/providers/mod.ts";
import type { Said } from "./begun-turn.ts";

/** Everything that wants a place in the context. */
export interface ContextWishes {
  /** All of the system text. */
  system: string;
  /** What the model may call; told to it in every request. Default: nothing. */
  tools?: readonly Tool[];
  /** The branch so far, oldest first. */
  history: readonly Said[];
  question: string;
  /** What is remembered of earlier conversations, best first. Default: nothing. */
  memories?: readonly RecalledText[];
  /** Most tokens of all of it, message overhead included. */
  maxTokens: number;
}

/** What got a place. */
export interface Context {
  /** The question is the last. */
  messages: Message[];
  /** At most so many tokens; exact unless everything fits anyway. */
  tokens: number;
  /** Messages of the history that had to stay out. */
  leftOut: number;
}

/** Tokens of a text. */
export type CountTokens = (text: string) => Promise<number>;

/** The vocabulary of OpenAI's present models. Other vendors publish none: theirs is measured by this one too. */
const TOKENIZER: Tokenizer = "o200k_base";

/**
 * Chooses what a model is told of a conversation: system text and question always, then what is pinned, what is remembered, and the
 * newest turns without a gap. Memories and pinned messages that are older than those come first, as data.
 *
 * @param count Default: exact tokens. The vocabulary is loaded only when an upper bound says that not everything fits.
 * @throws {AppError} `context_length_exceeded` when system text and question alone are too long.
 */
export async function fitContext(
  { system, tools = [], history, question, memories = [], maxTokens }: ContextWishes,
  count: CountTokens = (text) => exactTokens(text, TOKENIZER),
): Promise<Context> {
  const all = [...remembered(memories), ...history.map(messageOf), user(question)];
  const toolText = tools.length === 0 ? "" : JSON.stringify(tools);
  const bound = boundOf(system, all) + tokenBound(toolText, TOKENIZER);
  if (bound <= maxTokens) return { messages: all, tokens: bound, leftOut: 0 };

  const room = maxTokens - messageOverheadTokens(2) - await count(system) - await count(question) -
    await count(toolText);
  if (room < 0) {
    throw new AppError(
      "context_length_exceeded",
      `Cannot answer: instructions and message need ${maxTokens - room} tokens, ${maxTokens} are allowed`,
    );
  }
  const space = new Space(room, count);
  const kept = new Set<Said>();
  for (const said of newestFirst(history).filter(({ pinned }) => pinned)) {
    if (!await space.take(said.content, PER_MESSAGE + PER_PINNED)) break;
    kept.add(said);
  }
  const recalled = await recall(memories, space);
  let from = history.length;
  for (const said of newestFirst(history)) {
    if (!kept.has(said) && !await space.take(said.content, PER_MESSAGE)) break;
    from--;
  }
  // An answer without its question would be the first thing said.
  while (from < history.length && history[from]?.role === "assistant") from++;
  const older = history.slice(0, from).filter((said) => kept.has(said));
  const recent = history.slice(from);
  return {
    messages: [
      ...remembered(recalled),
      ...older.length === 0 ? [] : [pinnedBlock(older)],
      ...recent.map(messageOf),
      user(question),
    ],
    tokens: maxTokens - space.left,
    leftOut: history.length - older.length - recent.length,
  };
}

/** Template tokens of one message. */
const PER_MESSAGE = messageOverheadTokens(1) - messageOverheadTokens(0);
/** Most tokens of what stands around a pinned message, in bytes: the block's first line, markers, blank lines. */
const PER_PINNED = fenceOverheadBytes + 60;

/** Share of what is left that memories may take: the conversation itself says more. */
const MEMORY_SHARE = 0.25;

/** The memories that have a place, best first. */
async function recall(memories: readonly RecalledText[], space: Space): Promise<RecalledText[]> {
  const most = Math.floor(space.left * MEMORY_SHARE);
  const around = PER_MESSAGE + recalledOverheadBytes;
  if (memories.length === 0 || around >= most) return [];
  const least = space.left - most;
  space.left -= around;
  const kept: RecalledText[] = [];
  for (const memory of memories) {
    const left = space.left;
    if (!await space.take(recalledLine(memory), 1)) break;
    if (space.left < least) {
      space.left = left;
      break;
    }
    kept.push(memory);
  }
  if (kept.length === 0) space.left += around;
  return kept;
}

function remembered(memories: readonly RecalledText[]): Message[] {
  const text = recalledText(memories);
  return text === null ? [] : [user(text)];
}

/** What is left of the budget. */
class Space {
  constructor(public left: number, readonly count: CountTokens) {}

  /** Takes a text in, with so many tokens around it, if there is room. */
  async take(text: string, around: number): Promise<boolean> {
    if (isSurelyLonger(text, this.left)) return false;
    const cost = await this.count(text) + around;
    if (cost > this.left) return false;
    this.left -= cost;
    return true;
  }
}

/** A text is not worth counting when even tokens of 128 bytes, the longest there are, would be too many. */
function isSurelyLonger(text: string, tokens: number): boolean {
  return text.length > Math.max(tokens, 0) * 128;
}

function newestFirst(history: readonly Said[]): Said[] {
  return history.toReversed();
}

function pinnedBlock(pinned: readonly Said[]): Message {
  const said = pinned.map(({ role, content }) => fence(role, content)).join("\n\n");
  return user(`Kept from earlier in this conversation:\n\n${said}`);
}

function messageOf({ role, content }: Said): Message {
  return role === "user" ? user(content) : { role: "assistant", content };
}

function user(content: string): Message {
  return { role: "user", content };
}

function boundOf(system: string, messages: readonly Message[]): number {
  const texts = [system, ...messages.map(({ content }) => typeof content === "string" ? content : "")];
  return messageOverheadTokens(texts.length) + texts.reduce((sum, text) => sum + tokenBound(text, TOKENIZER), 0);
}
