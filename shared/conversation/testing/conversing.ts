import { type AnyDefinition, taskHandler } from "@shared/ai-task/mod.ts";
import { fakeOrgId, type FakeStack, fakeUserId } from "@shared/ai-task/testing/mod.ts";
import type { ToolDeps } from "@shared/tools/mod.ts";
import type { z } from "zod";

/** A UUID that ends in a digit. */
export const id = (digit: number) => `00000000-0000-4000-8000-00000000000${digit}`;
/** A turn as the database begins it. */
export const begun = {
  org_id: fakeOrgId,
  user_id: fakeUserId,
  resumed: false,
  question: "Hello",
  attachments: [] as unknown[],
  colleagues: [] as unknown[],
  summary: null as string | null,
  summary_until: null as string | null,
  memories: [] as unknown[],
  tools: [] as unknown[],
  admitted_tokens: 10_000,
  conversation_id: id(1),
  user_message_id: id(2),
  message_id: id(3),
  assistant: null as unknown,
  history: [] as { id: string; role: string; content: string; pinned: boolean; at: string }[],
  max_context_tokens: 6000,
};
/** An assistant as a turn gets it. */
export const assistant = {
  id: id(4),
  version: 2,
  name: "Coach",
  description: "",
  personality: "Dry. {{not a placeholder}}",
  instructions: "Never name a price.",
  model: null as string | null,
  importance: "high",
  temperature: 0.1,
  max_output_tokens: 77,
  languages: [] as string[],
  tags: [],
  tools: [] as string[],
  knowledge_bases: [],
  hand_off_to: [] as string[],
  mode: "chat",
  max_steps: 5,
  max_seconds: 90,
  max_cost_usd: null as number | null,
};

/** The chat's handler with conversations in memory; `stopped` says whether somebody has asked to stop. */
export function conversing<Input extends z.ZodType, Output extends z.ZodType>(
  chatTask: (toolDeps: ToolDeps) => AnyDefinition<Input, Output>,
) {
  return (stack: FakeStack, turn: object = begun, stopped: () => boolean = () => false, means: ConversingMeans = {}) =>
    chatting(chatTask, stack, turn, stopped, means);
}

/** What a conversation reaches besides models. */
export interface ConversingMeans {
  toolDeps?: ToolDeps;
  /** What the database answers the user. */
  user?: Record<string, (args: Record<string, unknown>) => unknown>;
  /** What it answers the service, beside the turn's own. */
  database?: Record<string, (args: Record<string, unknown>) => unknown>;
}

function chatting<Input extends z.ZodType, Output extends z.ZodType>(
  chatTask: (toolDeps: ToolDeps) => AnyDefinition<Input, Output>,
  stack: FakeStack,
  turn: object,
  stopped: () => boolean,
  { toolDeps = noTools, user = {}, database = {} }: ConversingMeans,
) {
  const calls: [name: string, args: Record<string, unknown>][] = [];
  const answers: Record<string, (args: Record<string, unknown>) => unknown> = {
    begin_chat: async ({ request }) => ({ ...apart(turn), admission: await stack.ledger.rpc("ai_admit", { request }) }),
    stop_turn: () => ({ stopping: true }),
    keep_turn_events: stopped,
    end_turn: () => true,
    begin_tool_calls: (args) =>
      beginCalls(args["calls"] as NewCalls, turn as { tools: { name: string; writes: boolean }[] }),
    end_tool_calls: () => null,
    ...database,
    ...user,
  };
  const rpc = async <Result>(name: string, args: Record<string, unknown>): Promise<Result> => {
    const answer = answers[name];
    if (answer === undefined) return await stack.ledger.rpc<Result>(name, args);
    calls.push([name, args]);
    return await answer(args) as Result;
  };
  const handler = taskHandler(chatTask(toolDeps), {
    ...stack.deps,
    ledger: { rpc },
    asUser: () => ({ rpc }),
    // A turn of the event loop, so that asking whether to stop cannot starve the answer.
    wait: (ms, signal) => ms < 60_000 ? new Promise((done) => setTimeout(done)) : stack.deps.wait(ms, signal),
  });
  return {
    calls,
    handler,
    named: (wanted: string) => calls.filter(([name]) => name === wanted).map(([, args]) => args["turn"] ?? args),
    post: (body: unknown, headers: Record<string, string> = {}) => stack.post(handler, body, headers),
  };
}

/** A turn as `begin_chat` answers it: what was said before stands apart. */
export function apart(whole: object) {
  const { history = [], ...turn } = whole as { history?: unknown[] };
  return { turn, history };
}

/** Tools reach nothing. */
const noTools: ToolDeps = {
  fetch: () => Promise.reject(new Error("Cannot fetch in this test")),
  projectUrl: "https://project.test",
  publishableKey: "publishable",
  secretKey: "secret",
  innerHosts: [],
  resolve: () => Promise.resolve([]),
  now: () => Date.UTC(2026, 10, 21),
};

interface NewCalls {
  tainted: boolean;
  calls: { call_id: string; name: string; problem: string | null; code: string | null; approval?: string }[];
}

/** What the database says to calls: tools that write wait, what has a problem has failed. */
function beginCalls({ calls }: NewCalls, { tools }: { tools: { name: string; writes: boolean }[] }) {
  return calls.map(({ call_id, name, problem, code }, index) => ({
    id: id(index),
    call_id,
    status: problem !== null
      ? "failed"
      : tools.find((tool) => tool.name === name)?.writes
      ? "awaiting_approval"
      : "running",
    code,
    detail: problem,
  }));
}

/** A tool as a turn gets it. */
export function tool(name: string, change: Record<string, unknown> = {}) {
  return {
    id: id(7),
    name,
    description: name,
    kind: "builtin",
    parameters: { type: "object" },
    config: { builtin: name },
    writes: false,
    timeout_ms: 1_000,
    ...change,
  };
}
