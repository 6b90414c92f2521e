import type { Database } from "@shared/db/mod.ts";
import type { ErrorCode } from "@shared/errors/mod.ts";
import type { JsonSchema } from "@shared/providers/mod.ts";

/** A tool of an organization, as the database gives it to a turn. */
export interface RegisteredTool {
  id: string;
  /** What the model calls it by. */
  name: string;
  description: string;
  kind: "builtin" | "task" | "http" | "mcp";
  /** JSON Schema of the arguments. */
  parameters: JsonSchema;
  /** How it is carried out; its members depend on the kind. */
  config: Record<string, unknown>;
  /** Whether it changes anything outside the conversation. */
  writes: boolean;
  timeout_ms: number;
}

/** For whom and where a tool is carried out. */
export interface ToolContext {
  orgId: string;
  userId: string;
  /** Null outside of one. */
  conversationId: string | null;
  /** The user's own token: what a tool reads and changes, it does with the user's rights. Null = the back end acts for the user. */
  token: string | null;
  /** The database under the user's rights. */
  user: Database;
  /** The database under the service role, for what is kept for the user where he cannot read it himself. */
  service: Database;
  /** BCP 47 language of the answer. */
  language: string;
  /** Where the assistant's knowledge search looks; empty = everything the user may read. */
  knowledgeBases: readonly string[];
  /** Aborts when nobody waits any more. */
  signal: AbortSignal;
}

/** Where a statement is from. */
export interface Citation {
  source: string;
  document_id: string;
  chunk_id: string;
  page: number | null;
}

/** What a tool gave. */
export interface ToolResult {
  /** What the model is told, as data. */
  text: string;
  citations?: Citation[];
}

/** How a call ended. */
export type ToolOutcome =
  | ({ status: "succeeded" } & ToolResult)
  | { status: "failed"; code: ErrorCode; text: string };

/** The way of one kind of tool. Throws what the model is to be told. */
export type ToolWay = (
  tool: RegisteredTool,
  values: Record<string, unknown>,
  context: ToolContext,
  deps: ToolDeps,
) => Promise<ToolResult>;

/** The surroundings of tools. */
export interface ToolDeps {
  fetch: typeof fetch;
  /** The project's address, without a slash at its end. */
  projectUrl: string;
  publishableKey: string;
  /** For calls on behalf of a user whose token is not at hand. */
  secretKey: string;
  /** Inner hosts an operator lets tools reach. */
  innerHosts: string[];
  resolve: (name: string, type: "A" | "AAAA") => Promise<string[]>;
  /** Epoch milliseconds. */
  now(): number;
}
