import { AppError, type ErrorCode } from "@shared/errors/mod.ts";
import { type ProviderError, vendorRefusal } from "@shared/providers/mod.ts";
import { nothingCalled, type RouteResult } from "@shared/router/mod.ts";

/** Failures that are about the request: what the provider says of them is for the client. Others speak of our account. */
const ABOUT_THE_REQUEST: readonly ErrorCode[] = ["invalid_request", "context_length_exceeded", "content_filtered"];

/** Why there is no answer, in the provider's own words where they are about the request. */
export function chatFailure(
  { failure }: Pick<RouteResult<null>, "failure">,
  lastError: ProviderError | null,
): AppError {
  if (failure === null) return new AppError("internal", "Cannot answer: unexpected error");
  const own = ABOUT_THE_REQUEST.includes(failure.code) && lastError !== null;
  const refusal = own ? vendorRefusal(lastError) : null;
  return new AppError(failure.code, refusal?.message ?? failure.detail, {
    retryAfterMs: failure.retryAfterMs ?? undefined,
    cause: lastError,
    extensions: refusal === null
      ? {}
      : { param: refusal.param, error_code: refusal.code ?? undefined, error_type: refusal.type ?? undefined },
  });
}

/** A route on which nobody was asked. */
export function nothingRun(code: ErrorCode): RouteResult<null> {
  return nothingCalled({ code, message: "Cannot answer: nobody was asked" });
}
