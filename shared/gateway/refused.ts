import type { AppError } from "@shared/errors/mod.ts";
import { badParameter } from "./client-error.ts";

/** A parameter the provider knows, but that may not pass: it would cost what nobody has counted, or reach what is not the caller's. */
export function refused(param: string, why: string): AppError {
  return badParameter(`Unsupported parameter: '${param}' is not supported by the gateway: ${why}`, {
    param,
    code: "unsupported_parameter",
  });
}
