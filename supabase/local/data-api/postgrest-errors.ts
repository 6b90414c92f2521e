/** The fields of a Postgres error that PostgREST passes on. */
interface PostgresError {
  code: string;
  message: string;
  detail: string | null;
  hint: string | null;
}

/** By SQLSTATE or its beginning, the longest match first; what is not listed is 400. */
const STATUS_BY_SQLSTATE: readonly (readonly [prefix: string, status: number])[] = [
  ["42501", 403],
  ["42883", 404],
  ["42P01", 404],
  ["42P17", 500],
  ["23503", 409],
  ["23505", 409],
  ["25006", 405],
  ["53400", 500],
  ["57P01", 503],
  ["P0001", 400],
  ["08", 503],
  ["09", 500],
  ["0L", 403],
  ["0P", 403],
  ["25", 500],
  ["28", 403],
  ["2D", 500],
  ["38", 500],
  ["39", 500],
  ["3B", 500],
  ["40", 500],
  ["53", 503],
  ["54", 500],
  ["55", 500],
  ["57", 500],
  ["58", 500],
  ["F0", 500],
  ["HV", 500],
  ["P0", 500],
  ["XX", 500],
];

/**
 * The HTTP status PostgREST answers for a Postgres error.
 * @see https://docs.postgrest.org/en/v14/references/errors.html
 */
export function statusOfSqlState({ code, message }: Pick<PostgresError, "code" | "message">): number {
  if (code === "21000") return message.endsWith("requires a WHERE clause") ? 400 : 500;
  if (code === "22023" && /^role .* does not exist$/.test(message)) return 401;
  return STATUS_BY_SQLSTATE.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 400;
}

/** What Postgres said, or null for any other exception. */
export function postgresErrorOf(error: unknown): PostgresError | null {
  if (typeof error !== "object" || error === null) return null;
  const { code, message, detail, hint }: Record<string, unknown> = Object.assign({ message: String(error) }, error, {
    message: error instanceof Error ? error.message : "",
  });
  if (typeof code !== "string" || !/^[0-9A-Z]{5}$/.test(code)) return null;
  return {
    code,
    message: String(message),
    detail: typeof detail === "string" ? detail : null,
    hint: typeof hint === "string" ? hint : null,
  };
}

/** Codes `@supabase/lite` answers as PostgREST does: its own, `PTxxx`, and class 42, whose messages it rewords. */
const ANSWERED_WELL = /^(PGRST|PT|42)/;

/**
 * The error `@supabase/lite` should see instead, so that its answer has PostgREST's status, code, details and hint.
 * It would answer many as 500 without them; the `PGRST` form is the one it passes through whole.
 */
export function withPostgrestAnswer(error: unknown): unknown {
  const known = postgresErrorOf(error);
  if (known === null || ANSWERED_WELL.test(known.code)) return error;
  const { code, message, detail, hint } = known;
  return Object.assign(new Error(JSON.stringify({ code, message, details: detail, hint })), {
    code: "PGRST",
    detail: JSON.stringify({ status: statusOfSqlState(known), headers: {} }),
  });
}

/** PostgREST's answer to a statement that failed for a caller; null when the database did not say why. */
export function postgrestAnswer(error: unknown, role: string): Response | null {
  const known = postgresErrorOf(error);
  if (known === null) return null;
  const { code, message, detail, hint } = known;
  const raised = code === "PGRST" ? raisedAnswer(message, detail) : null;
  if (raised !== null) return raised;
  const custom = /^PT([2-5]\d\d)$/.exec(code)?.[1];
  const status = custom !== undefined
    ? Number(custom)
    : code === "42501" && role === "anon"
    ? 401
    : statusOfSqlState(known);
  return Response.json({ code, details: detail, hint, message }, { status });
}

/** `raise sqlstate 'PGRST'` writes body, status and headers itself, as two JSON texts. */
function raisedAnswer(message: string, detail: string | null): Response | null {
  try {
    const body: { code: string; message: string; details?: string; hint?: string } = JSON.parse(message);
    const { status, headers }: { status: number; headers: Record<string, string> } = JSON.parse(detail ?? "");
    return Response.json({
      code: body.code,
      details: body.details ?? null,
      hint: body.hint ?? null,
      message: body.message,
    }, {
      status,
      headers,
    });
  } catch {
    return null;
  }
}
