/** What PostgREST, the functions or the network said when something could not be done. */
export class ApiError extends Error {
  /** SQLSTATE or PostgREST's own code; null when nothing answered. */
  readonly code: string | null;
  /** HTTP status; 0 when nothing answered. */
  readonly status: number;
  /** The request it is about, of the log; null when none was made or nobody said. */
  readonly requestId: string | null;

  constructor(
    message: string,
    { code, status, requestId = null }: { code: string | null; status: number; requestId?: string | null },
  ) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.status = status;
    this.requestId = requestId;
  }

  /** Nothing answered: the browser is offline, or the project's address leads nowhere. */
  get unreachable(): boolean {
    return this.status === 0;
  }

  /** What answered was not the project, or not in words for people: a proxy's page, a failure of the database. */
  get broken(): boolean {
    // Functions say in the reader's language what failed, under a code of theirs.
    return this.status >= 500 && !/^[a-z_]+$/.test(this.code ?? "");
  }

  /** The database says that this user may not. */
  get forbidden(): boolean {
    return this.code === "42501" || this.status === 403;
  }

  /** Somebody else was faster. */
  get conflict(): boolean {
    return this.status === 409 || this.code === "PT409";
  }
}

interface Answer {
  data: unknown;
  error: { message: string; code?: string; details?: string | null; hint?: string | null } | null;
  status: number;
}

/**
 * The data of an answer of supabase-js, whose columns the caller names.
 * @throws {ApiError} what the answer says instead.
 */
export async function unwrap<T>(answer: PromiseLike<Answer>): Promise<T> {
  const { data, error, status } = await answer;
  if (error !== null) {
    const hint = error.hint ? ` (${error.hint})` : "";
    throw new ApiError(`${error.message}${hint}`, { code: error.code || null, status });
  }
  return data as T;
}
