import { AppError } from "@shared/errors/mod.ts";

/**
 * Query parameters as an object of texts.
 *
 * @throws {AppError} `invalid_request` for one that is given twice.
 */
export function readQuery(request: Request): Record<string, string> {
  const { searchParams } = new URL(request.url);
  const query: Record<string, string> = {};
  for (const [name, value] of searchParams) {
    if (Object.hasOwn(query, name)) {
      throw new AppError("invalid_request", `Cannot use the query: ${name.slice(0, 100)} is given twice`);
    }
    query[name] = value;
  }
  return query;
}
