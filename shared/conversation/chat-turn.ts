import type { BeginTurn, Turn, TurnCall, TurnStart, TurnTools } from "@shared/ai-task/mod.ts";
import type { AdmissionRequest } from "@shared/budget/mod.ts";
import { AppError } from "@shared/errors/mod.ts";
import { textDirection } from "@shared/messages/mod.ts";
import type { ContentPart, Message } from "@shared/providers/mod.ts";
import { systemToolDeps, type ToolContext, type ToolDeps } from "@shared/tools/mod.ts";
import { abandonTurn, mayHaveBegun } from "./abandon-turn.ts";
import type { BegunChat, BegunRun, BegunTurn } from "./begun-turn.ts";
import { pictures, readAttachments, withTexts } from "./attachments.ts";
import { callStore } from "./call-store.ts";
import { type Context, fitContext } from "./context-window.ts";
import type { ChatInput, ChatOutput } from "./schemas.ts";
import { modelFamily } from "./model-family.ts";
import { answerLanguage } from "./system-text.ts";
import { nameConversation } from "./name-conversation.ts";
import { ResultRoom } from "./result-room.ts";
import { sumUp, unsummarized } from "./sum-up.ts";
import { ToolLoop } from "./tool-loop.ts";
import { turnStore } from "./turn-store.ts";

/** For whom a turn is, and with what rights. */
type TurnUser = Pick<ToolContext, "orgId" | "userId" | "token" | "user">;

/**
 * Begins a turn: stores the question under the caller's rights, reads the branch it continues, and asks for admission, in one
 * round trip. The queue goes on with an agent's run instead, as the user whose request began it.
 *
 * @param toolDeps Default: this deployment's own.
 * @throws {AppError} `forbidden` for anybody but a user, `not_found` for a conversation, message or assistant the user does not
 * see, `invalid_request`.
 */
export function chatTurn(toolDeps?: ToolDeps): BeginTurn<ChatInput, ChatOutput> {
  return async (call, request, tools) => {
    const { identity, input, requestId, options } = call;
    const deps = () => toolDeps ?? systemToolDeps();
    if (input.run_id !== undefined) return await continuedTurn(input.run_id, call, request, tools, deps);
    if (identity.kind !== "user") {
      throw new AppError(
        "forbidden",
        "Cannot chat: a conversation belongs to a user, so it takes a user's token, or x-signalbox-act-as beside a secret key",
      );
    }
    const { attachments: files = [], ...said } = input;
    const { userId, token } = identity;
    const attachments = files.length === 0 ? [] : await readAttachments(
      files.map(({ path }) => path),
      { orgId: call.orgId ?? "", userId, token, ...deps() },
      call.signal,
    );
    const whose = {
      turn: {
        request_id: requestId,
        org_id: call.orgId,
        language: call.language,
        importance: options.importance ?? null,
        ...said,
        direction: textDirection(null, said.message ?? ""),
        ...(options.subject?.type === "lead" ? { subject_lead_id: options.subject.id } : {}),
        ...(attachments.length === 0 ? {} : { attachments }),
      },
      claims: { ...identity.claims, sub: identity.userId, role: "authenticated" },
    };
    const beginning = tools.service.rpc<BegunChat>("begin_chat", { ...whose, request });
    const { turn, history, admission } = await beginning.catch((error) => {
      if (mayHaveBegun(error)) tools.waitUntil(abandonTurn(whose, tools));
      throw error;
    });
    if (admission.outcome !== "admitted") return { admission, turn: null };
    const user = { orgId: turn.org_id, userId, token, user: tools.asUser(token, identity.claims) };
    return { admission, turn: admittedTurn({ ...turn, history }, call, user, tools, deps) };
  };
}

/** Takes up a run that waits: its user's rights come from the request that began it, and hold as far as they still hold. */
async function continuedTurn(
  runId: string,
  call: TurnCall<ChatInput>,
  request: AdmissionRequest,
  tools: TurnTools,
  deps: () => ToolDeps,
): Promise<TurnStart<ChatOutput>> {
  if (call.identity.kind !== "service") {
    throw new AppError("forbidden", "Cannot go on with a run: that is for the queue");
  }
  const { turn, history, admission } = await tools.service.rpc<BegunChat>("continue_chat", {
    p_run_id: runId,
    turn: { request_id: call.requestId, org_id: call.orgId },
    request,
  });
  if (admission.outcome !== "admitted") return { admission, turn: null };
  const claims = { sub: turn.user_id, role: "authenticated" };
  const user = { orgId: turn.org_id, userId: turn.user_id, token: null, user: tools.asUser(null, claims) };
  const language = turn.run?.language ?? call.language;
  const identity = { kind: "user", userId: turn.user_id, email: null, token: null, language, claims } as const;
  return {
    admission,
    turn: { ...admittedTurn({ ...turn, history }, { ...call, language }, user, tools, deps), identity, detached: true },
  };
}

function admittedTurn(
  begun: BegunTurn,
  call: TurnCall<ChatInput>,
  user: TurnUser,
  tools: TurnTools,
  toolDeps: () => ToolDeps,
): Turn<ChatOutput> {
  const language = answerLanguage(call.language, begun.assistant);
  // An answer that waited goes on after what had been said.
  const before = (begun.steps ?? []).map(({ said }) => said === "" ? "" : `${said}\n\n`).join("");
  let context: Context = { messages: [], tokens: 0, leftOut: 0, kept: new Set() };
  let sumsUp = false;
  let names = false;
  const whole = (text: string) => before + (text === "" ? loop.said : text);
  const output = (text: string, status: ChatOutput["status"]): ChatOutput => {
    const { assistant } = loop;
    return {
      text: whole(text),
      status,
      language,
      direction: textDirection(null, whole(text)),
      conversation_id: begun.conversation_id,
      message_id: begun.message_id,
      user_message_id: begun.user_message_id,
      assistant: assistant === null ? null : { id: assistant.id, version: assistant.version, name: assistant.name },
      context: {
        tokens: Math.max(context.tokens, loop.tokens),
        max_tokens: begun.max_context_tokens,
        left_out: context.leftOut,
      },
      tool_calls: [...loop.calls],
      limit: loop.limit,
    };
  };
  const loop = new ToolLoop({
    begun,
    context: {
      ...user,
      conversationId: begun.conversation_id,
      service: tools.service,
      language,
      knowledgeBases: [],
      signal: new AbortController().signal,
    },
    get deps() {
      return toolDeps();
    },
    store: callStore(begun, call.requestId, tools),
    startedAt: call.startedAt,
    output,
  });
  const store = turnStore(begun, call.requestId, language, tools);
  const { assistant, run = null } = begun;
  // A model call that outlasts the request of whoever asked begins anew in the next one, which is its own from the first second. The
  // queue's requests are put off by the database, which counts how often.
  const goesOn = (errorCode: string) =>
    errorCode === "timeout" && run !== null && user.token !== null && !run.stop_asked &&
    loop.assistant?.mode === "agent";
  return {
    orgId: begun.org_id,
    language,
    admittedTokens: begun.admitted_tokens,
    ...(assistant === null ? {} : {
      temperature: assistant.temperature,
      maxOutputTokens: assistant.max_output_tokens,
      // An agent works on while nobody looks; whoever comes back finds what it did.
      ...(assistant.mode === "agent" ? { graceMs: assistant.max_seconds * 1_000 } : {}),
    }),
    ...(run === null
      ? {}
      : { jobId: run.job_id, eventsBefore: run.events, ...(saysAgain(run, before) ? { again: before } : {}) }),
    async prepare(plan, stage) {
      sumsUp = plan.settings["ai.chat.summary"] !== "off";
      names = plan.settings["ai.chat.titles"] === "model" && begun.history.length === 0 && !begun.resumed;
      const { system } = loop;
      const maxTokens = begun.max_context_tokens;
      // The first to be asked; one that is asked after it has a window of its own size, but nobody counts twice.
      const family = modelFamily(plan.candidates[0]?.model);
      const offered = loop.tools;
      context = await fitContext({
        system: stage.systemWith(system),
        tools: offered,
        history: begun.history.map((said) => ({ ...said, content: withTexts(said.content, said.attachments ?? []) })),
        question: withTexts(begun.question, begun.attachments),
        memories: begun.memories,
        summary: begun.summary === null || begun.summary_until === null
          ? null
          : { text: begun.summary, until: begun.summary_until },
        family,
        maxTokens,
      });
      loop.within(
        new ResultRoom({
          maxTokens,
          system: stage.systemWith(system),
          tools: offered,
          messages: context.messages,
          family,
        }),
      );
      const seen = begun.attachments.every(({ text }) => text !== null)
        ? []
        : await pictures(begun.attachments, { ...user, ...toolDeps() }, stage.signal);
      const resumed: Message[] = begun.steps === undefined ? [] : await loop.resume(begun.steps, stage);
      return { system, messages: [...withPictures(context.messages, seen), ...resumed], tools: offered };
    },
    follow: (answer, soFar, stage) => loop.follow(answer, soFar, stage),
    output,
    goesOn,
    stopAsked: store.stopAsked,
    keep: store.keep,
    flush: store.flush,
    async ended(end) {
      await store.ended({
        ...end,
        text: whole(end.text),
        status: end.status === "complete"
          ? loop.pause ?? "complete"
          : end.errorCode !== null && goesOn(end.errorCode)
          ? "continues"
          : end.status,
        assistant: loop.assistant,
      });
      const caller = { ...user, language };
      if (names && end.status === "complete") {
        tools.waitUntil(nameConversation(begun, whole(end.text), caller, toolDeps(), tools));
      }
      const open = sumsUp && context.leftOut > 0 && end.status === "complete" ? unsummarized(begun) : null;
      if (open !== null) tools.waitUntil(sumUp(begun, open, caller, toolDeps(), tools));
    },
  };
}

/** After a request that was lost with what it had said since, and after one that was wanted whole and kept no events. */
function saysAgain({ lost, events }: BegunRun, before: string): boolean {
  return lost || events === 0 && before !== "";
}

/** The question with the pictures that came along. */
function withPictures(messages: Message[], seen: ContentPart[]): Message[] {
  const question = messages.at(-1);
  if (seen.length === 0 || typeof question?.content !== "string") return messages;
  return [...messages.slice(0, -1), { role: "user", content: [{ type: "text", text: question.content }, ...seen] }];
}
