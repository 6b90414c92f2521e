import type { z } from "zod";
import { AppError } from "@shared/errors/mod.ts";

/** One thing wrong with an input. */
export interface Issue {
  /** Where, as one would write it in JavaScript: `input.items[0].name`; empty = the whole value. */
  path: string;
  /** What is expected there. Never what was found. */
  message: string;
}

const MAX_ISSUES = 20;
const MAX_MESSAGE_LENGTH = 300;

/**
 * The value as its schema gives it back.
 *
 * @throws {AppError} `invalid_request` with the member `issues`: an array of {@linkcode Issue}, at most 20.
 */
export function validate<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues: Issue[] = parsed.error.issues.slice(0, MAX_ISSUES).map((issue) => ({
    path: pathOf(issue.path),
    message: issue.message.slice(0, MAX_MESSAGE_LENGTH),
  }));
  const [first] = issues;
  const where = first === undefined || first.path === "" ? "the body" : first.path;
  throw new AppError("invalid_request", `Cannot use the input: ${where}: ${first?.message ?? "not valid"}`, {
    extensions: { issues },
  });
}

function pathOf(path: PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    return text === "" ? String(step) : `${text}.${String(step)}`;
  }, "").slice(0, MAX_MESSAGE_LENGTH);
}
