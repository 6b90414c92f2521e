import type { ErrorCode } from "@shared/errors/mod.ts";

/**
 * The argument of `rpc('ai_reject')`: a request that was wrong before it could ask for admission. The database resolves the
 * organization as admission would, and writes a row only if there is one.
 */
export interface Rejection {
  /** Becomes `ai_request_logs.id`. */
  request_id: string;
  /** As the caller named it, if the body could be read that far. */
  org_id: string | null;
  /** From the verified token; null for a key. */
  user_id: string | null;
  /** SHA-256 (hex) of a virtual key; null otherwise. */
  key_hash: string | null;
  /** True for a secret key. */
  service: boolean;
  task: string;
  code: ErrorCode;
  /** The problem's detail: names what is expected, never what was sent. */
  detail: string;
  latency_ms: number;
}
