import type { Database } from "@shared/db/mod.ts";
import type { Described } from "@shared/http/mod.ts";
import type { z } from "zod";

/** One request for a report. */
export interface ReportCall<Input> {
  /** What was asked: query parameters of a `GET`, the body of a `POST`, validated. */
  input: Input;
  /** Path behind the function's name, without slashes at its ends: `job/0192…`; empty for the function itself. */
  path: string;
  /** The database under the caller's rights. */
  database: Database;
  requestId: string;
  /** Fires when the caller has gone. */
  signal: AbortSignal;
}

/** A function that reports: what it takes, what it gives, and how. */
export interface Report<Input extends z.ZodType> extends Described {
  /** Slug of the function: folder and address. */
  name: string;
  /** Paths behind the function's name with what each gives. */
  paths: Record<string, string>;
  /** An object whose members are also its query parameters. */
  input: Input;
  /** What it answers: a schema, or in words where it is no JSON. */
  output: z.ZodType | string;
  /** A body that can be posted back. */
  example: z.input<Input>;
  /** @throws {AppError} `not_found` for a path it does not have. */
  answer(call: ReportCall<z.output<Input>>): Promise<Response>;
}
