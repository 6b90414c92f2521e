import type { z } from "zod";

/** What of the SDK's client is used: its own types cannot be reached through its package's exports. */
export interface McpSession {
  connect(transport: unknown, options: CallLimits): Promise<void>;
  close(): Promise<void>;
  getServerVersion(): { name?: string; version?: string } | undefined;
  getServerCapabilities(): { resources?: unknown } | undefined;
  request<Result>(
    request: { method: "tools/list"; params: { cursor?: string } },
    schema: z.ZodType<Result>,
    options: CallLimits,
  ): Promise<Result>;
  callTool(
    params: { name: string; arguments: Record<string, unknown> },
    schema: undefined,
    options: CallLimits,
  ): Promise<{ content?: unknown; structuredContent?: unknown; isError?: boolean }>;
  listResources(params: Record<string, never>, options: CallLimits): Promise<{ resources: OfferedResource[] }>;
  readResource(params: { uri: string }, options: CallLimits): Promise<{ contents: ResourcePart[] }>;
}

/** How long a call may take. */
export interface CallLimits {
  signal: AbortSignal;
  /** Milliseconds. */
  timeout?: number;
}

/** A resource as a server describes it. */
export interface OfferedResource {
  uri: string;
  name: string;
  description?: string;
  mimeType?: string;
}

/** A part of a resource. */
export interface ResourcePart {
  uri: string;
  mimeType?: string;
  text?: string;
}
