/** What the platform itself answers, in place of a function, with the bodies a hosted project sends. */
const answers = {
  NOT_FOUND: { status: 404, message: "Requested function was not found" },
  METHOD_NOT_ALLOWED: { status: 405, message: "Method not allowed" },
  UNAUTHORIZED_NO_AUTH_HEADER: { status: 401, message: "Missing authorization header" },
  UNAUTHORIZED_INVALID_JWT_FORMAT: { status: 401, message: "Invalid JWT" },
  WORKER_ERROR: { status: 500, message: "Function exited due to an error (please check logs)" },
  BOOT_ERROR: { status: 503, message: "Function failed to start (please check logs)" },
  IDLE_TIMEOUT: { status: 504, message: "Request idle timeout limit reached" },
  WORKER_RESOURCE_LIMIT: {
    status: 546,
    message: "Function failed due to not having enough compute resources (please check logs)",
  },
} as const;

/** A code in the header `sb-error-code` of an answer that did not come from a function. */
export type PlatformCode = keyof typeof answers;

/** Builds the platform's own answer: JSON `{ code, message }` and the same code as a header. */
export function platformResponse(code: PlatformCode): Response {
  const { status, message } = answers[code];
  return Response.json({ code, message }, {
    status,
    headers: { "sb-error-code": code, "x-served-by": "supabase-edge-runtime" },
  });
}
