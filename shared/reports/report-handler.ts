import { AppError } from "@shared/errors/mod.ts";
import type { Database } from "@shared/db/mod.ts";
import {
  bodyLimits,
  type Caller,
  describedTo,
  describeFunction,
  endpoint,
  pathBehind,
  readJsonBody,
  readQuery,
  requireIdentity,
  validate,
} from "@shared/http/mod.ts";
import { z } from "zod";
import type { Report } from "./report.ts";
import { type ReportDeps, systemReportDeps } from "./report-deps.ts";

/**
 * The handler of a report's Edge Function. `GET` (query parameters) and `POST` (JSON) ask for the same; `GET` with nothing but
 * a publishable key gets the description.
 *
 * @param deps Default: this deployment's own, made when the first request comes in.
 */
export function reportHandler<Input extends z.ZodType>(
  report: Report<Input>,
  deps?: ReportDeps,
): (request: Request) => Promise<Response> {
  const surroundings = () => deps ?? systemReportDeps();
  return endpoint({
    methods: ["GET", "POST"],
    ...(deps === undefined ? {} : { newId: deps.newId, log: deps.log }),
    async answer({ request, requestId }) {
      const { authenticate, database } = surroundings();
      const caller = await authenticate(request.headers);
      const reads = request.method === "GET";
      if (reads && caller.kind === "publishable") return describedTo(request, descriptionOf(report));
      const rights = rightsOf(caller, database);
      const asked = reads ? readQuery(request) : opened(await readJsonBody(request, bodyLimits.task));
      return await report.answer({
        input: validate(report.input, asked),
        path: pathBehind(report.name, request),
        database: rights,
        requestId,
        signal: request.signal,
      });
    },
  });
}

/** Serves a report: the whole content of a function's `index.ts`. */
export function serveReport<Input extends z.ZodType>(report: Report<Input>): void {
  Deno.serve(reportHandler(report));
}

function descriptionOf<Input extends z.ZodType>(report: Report<Input>) {
  const { name, title, description, translations, paths, input, output, example } = report;
  return describeFunction({
    task: name,
    title,
    description,
    translations,
    paths,
    input,
    output: typeof output === "string" ? z.string().describe(output) : output,
    example: { input: example },
  });
}

/** What is asked, out of a task's envelope (`{ input, org_id }`) or already bare, as a query has it. */
function opened(body: unknown): unknown {
  if (typeof body !== "object" || body === null || !("input" in body)) return body;
  const { input, ...rest } = validate(envelope, body);
  return { ...input, ...rest };
}

const envelope = z.strictObject({ input: z.record(z.string(), z.unknown()), org_id: z.uuid().optional() });

function rightsOf(caller: Caller, database: ReportDeps["database"]): Database {
  const identity = requireIdentity(caller);
  switch (identity.kind) {
    case "user":
      return database.asUser(identity.token, identity.claims);
    case "service":
      return database;
    case "virtual_key":
      throw new AppError("forbidden", "Cannot report: a virtual key runs tasks, send a user's token or a secret key");
  }
}
