/**
 * The failures a caller can see: one class, one table of codes.
 *
 * @module
 */
export { AppError } from "./app-error.ts";
export { type ErrorCode, errorCodes, isErrorCode } from "./error-codes.ts";
export { errorKinds } from "./error-kinds.ts";
export { toAppError } from "./to-app-error.ts";
