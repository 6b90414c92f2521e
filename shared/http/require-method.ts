import { AppError } from "@shared/errors/mod.ts";

/**
 * @throws {AppError} `method_not_allowed` naming the methods that are, which its response repeats in `Allow`.
 */
export function requireMethod(request: Request, methods: readonly string[]): void {
  if (methods.includes(request.method)) return;
  throw new AppError("method_not_allowed", `Cannot ${request.method} here: send ${methods.join(" or ")}`, {
    extensions: { allow: [...methods] },
  });
}
