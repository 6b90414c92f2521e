import { describeTask, envelopeSchema, logRejection, systemTaskDeps, taskHandler } from "@shared/ai-task/mod.ts";
import type { AnyDefinition, TaskDeps } from "@shared/ai-task/mod.ts";
import { config } from "@shared/config/mod.ts";
import { AppError } from "@shared/errors/mod.ts";
import {
  type Authenticate,
  authenticator,
  bodyLimits,
  type Described,
  describedTo,
  endpoint,
  ownToken,
  readJsonBody,
  requireIdentity,
  validate,
} from "@shared/http/mod.ts";
import type { z } from "zod";
import { type FileRights, type KnowledgeFiles, storageFiles } from "./knowledge-files.ts";

/** The surroundings of the tasks that see and hear. */
export interface MediaDeps {
  authenticate: Authenticate;
  files: KnowledgeFiles;
  /** Surroundings of the provider calls; undefined = this deployment's own. */
  task?: TaskDeps;
}

/** What such a task promises. */
export interface MediaTask<Input extends z.ZodType> extends Described {
  task: string;
  input: Input;
  output: z.ZodType;
  example: { input: z.input<Input> };
}

/** A task with its file bound to it, and the input by which the cache knows it. */
export interface BoundMedia {
  // Erased: what it is given and gives is its own.
  definition: AnyDefinition<z.ZodType, z.ZodType>;
  input: Record<string, unknown>;
}

let cached: MediaDeps | undefined;

function systemMediaDeps(): MediaDeps {
  return cached ??= { authenticate: authenticator(config()), files: storageFiles(config()) };
}

/**
 * The handler of a task about a file: fetches the file under the caller's rights, then has the task answer as any other.
 *
 * @param bind Binds the file that the input names.
 * @param deps Default: this deployment's own.
 */
export function mediaHandler<Input extends z.ZodType>(
  task: MediaTask<Input>,
  bind: (input: z.output<Input>, tools: { files: KnowledgeFiles; rights: FileRights }) => Promise<BoundMedia>,
  deps?: MediaDeps,
): (request: Request) => Promise<Response> {
  const body = envelopeSchema(task.input);
  return endpoint({
    methods: ["GET", "POST"],
    async answer({ request, requestId }) {
      const { authenticate, files, task: taskDeps } = deps ?? systemMediaDeps();
      const surroundings = taskDeps ?? systemTaskDeps();
      const startedAt = surroundings.now();
      const caller = await authenticate(request.headers);
      if (request.method === "GET") return describedTo(request, describeTask(task));
      const identity = requireIdentity(caller);
      let given: unknown;
      let bound: { envelope: Record<string, unknown>; media: BoundMedia };
      try {
        if (identity.kind === "virtual_key") {
          throw new AppError("forbidden", "Cannot read the file: send a user's token or a secret key");
        }
        given = await readJsonBody(request, bodyLimits.task);
        // The compiler cannot see through the generic schema; the schema is the one of this very type.
        const envelope = validate(body, given) as { input: z.output<Input>; [name: string]: unknown };
        const rights = identity.kind === "user" ? { token: ownToken(identity) } : null;
        bound = { envelope, media: await bind(envelope.input, { files, rights }) };
      } catch (error) {
        const rejected = { requestId, startedAt, identity, body: given };
        surroundings.waitUntil(logRejection(task.task, error, rejected, surroundings));
        throw error;
      }
      const { headers, signal, url } = request;
      const { definition, input } = bound.media;
      return await taskHandler(definition, taskDeps)(
        new Request(url, { method: "POST", headers, body: JSON.stringify({ ...bound.envelope, input }), signal }),
      );
    },
  });
}
