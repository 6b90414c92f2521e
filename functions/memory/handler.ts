import { AppError } from "@shared/errors/mod.ts";
import type { Database } from "@shared/db/mod.ts";
import {
  bodyLimits,
  describedTo,
  endpoint,
  jsonResponse,
  pathBehind,
  readJsonBody,
  readQuery,
  requireIdentity,
  requireMethod,
  validate,
} from "@shared/http/mod.ts";
import { callerDatabase, type KnowledgeDeps, metaWithoutCalls, systemKnowledgeDeps } from "@shared/retrieval/mod.ts";
import { z } from "zod";
import { describeMemory } from "./describe.ts";
import { changedItem, eraseQuery, listQuery, newItem } from "./schemas.ts";

/**
 * The handler of `memory`: `/items` and `/items/{id}` under the caller's own rights. It calls no model.
 *
 * @param deps Default: this deployment's own.
 */
export function memoryHandler(deps?: KnowledgeDeps): (request: Request) => Promise<Response> {
  return endpoint({
    methods: ["GET", "POST", "PATCH", "DELETE"],
    ...(deps === undefined ? {} : { newId: deps.newId }),
    async answer({ request, requestId }) {
      const { authenticate, database, now } = deps ?? systemKnowledgeDeps();
      const startedAt = now();
      const caller = await authenticate(request.headers);
      const path = pathBehind("memory", request);
      if (path === "") {
        requireMethod(request, ["GET", "POST"]);
        if (request.method === "GET") return describedTo(request, describeMemory());
        requireIdentity(caller);
        const { input, org_id = null } = validate(envelope, await readJsonBody(request, bodyLimits.task));
        const data = await saved(callerDatabase(caller, database), { ...input, org_id });
        return jsonResponse({ data, meta: metaWithoutCalls("memory", requestId, now() - startedAt) });
      }
      const [resource, id, ...rest] = path.split("/");
      if (resource !== "items" || rest.length > 0) {
        throw new AppError("not_found", "Cannot find this: there are /items and /items/{id}");
      }
      requireIdentity(caller);
      const rights = callerDatabase(caller, database);
      return jsonResponse(id === undefined ? await ofAll(request, rights) : await ofOne(request, rights, id));
    },
  });
}

/** As a task is called: writes one statement down. */
const envelope = z.strictObject({ input: newItem.omit({ org_id: true }), org_id: z.uuid().optional() });

function saved(
  rights: Database,
  { org_id, ...memory }: Omit<z.output<typeof newItem>, "org_id"> & { org_id: string | null },
): Promise<unknown> {
  return rights.rpc("save_memory", { p_memory: memory, p_org_id: org_id, p_id: null });
}

async function ofAll(request: Request, rights: Database): Promise<unknown> {
  requireMethod(request, ["GET", "POST", "DELETE"]);
  switch (request.method) {
    case "GET": {
      const { org_id = null, limit, offset, ...filters } = validate(listQuery, readQuery(request));
      return await rights.rpc("list_memories", {
        p_org_id: org_id,
        p_filters: filters,
        p_limit: limit,
        p_offset: offset,
      }, { signal: request.signal, idempotent: true });
    }
    case "POST": {
      const { org_id = null, ...memory } = validate(newItem, await readJsonBody(request, bodyLimits.task));
      return await saved(rights, { ...memory, org_id });
    }
    default: {
      const { org_id = null, lead_id = null } = validate(eraseQuery, readQuery(request));
      return await rights.rpc("erase_memories", { p_org_id: org_id, p_lead_id: lead_id });
    }
  }
}

async function ofOne(request: Request, rights: Database, given: string): Promise<unknown> {
  requireMethod(request, ["GET", "PATCH", "DELETE"]);
  const id = z.uuid().safeParse(given);
  if (!id.success) throw new AppError("not_found", "Cannot find the memory: the id is not a UUID");
  switch (request.method) {
    case "GET":
      return await rights.rpc("get_memory", { p_id: id.data }, { signal: request.signal, idempotent: true });
    case "PATCH": {
      const memory = validate(changedItem, await readJsonBody(request, bodyLimits.task));
      return await rights.rpc("save_memory", { p_memory: memory, p_org_id: null, p_id: id.data });
    }
    default:
      return await rights.rpc("forget_memory", { p_id: id.data, p_org_id: null });
  }
}
