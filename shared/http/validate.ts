import { AppError } from "@shared/errors/mod.ts";
import type { Wording } from "@shared/messages/mod.ts";
import type { z } from "zod";

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
  const issues = parsed.error.issues.slice(0, MAX_ISSUES).map(issueOf);
  const error = new AppError("invalid_request", problemWithInput(issues), { extensions: { issues } });
  again.set(
    error,
    (say) => schema.safeParse(value, { error: say }).error?.issues.slice(0, MAX_ISSUES).map(issueOf) ?? issues,
  );
  throw error;
}

/** Finds the same issues in other words. Weakly held: the value is not kept longer than the error it made. */
const again = new WeakMap<AppError, (say: z.core.$ZodErrorMap) => Issue[]>();

/** The issues of an error of {@linkcode validate} in a language; null for every other error. */
export function issuesIn(error: AppError, wording: Wording): Issue[] | null {
  const find = again.get(error);
  if (find === undefined || wording.issue === null) return null;
  // What a schema says itself is one of our own sentences.
  return find(wording.issue).map(({ path, message }) => ({ path, message: wording.state(message) }));
}

/** The first issue in a sentence. */
export function problemWithInput([first]: readonly Issue[]): string {
  const where = first === undefined || first.path === "" ? "the body" : first.path;
  return `Cannot use the input: ${where}: ${first?.message ?? "not valid"}`;
}

function issueOf({ path, message }: z.core.$ZodIssue): Issue {
  return { path: pathOf(path), message: message.slice(0, MAX_MESSAGE_LENGTH) };
}

function pathOf(path: PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    return text === "" ? String(step) : `${text}.${String(step)}`;
  }, "").slice(0, MAX_MESSAGE_LENGTH);
}
