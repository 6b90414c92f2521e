import { quoteIdentifier, quoteLiteral } from "../database/database.ts";
import type { Caller } from "../data-api/caller.ts";
import { requestSettings } from "../data-api/request-settings.ts";

/** What a client asks of a listing; the fields of the request's body. */
export interface ListRequest {
  /** A folder, with or without a slash at its end. */
  prefix?: string;
  limit?: number;
  offset?: number;
  sortBy?: { column?: string; order?: string };
  /** Only names that begin so. */
  search?: string;
}

const SORTABLE = ["name", "updated_at", "created_at", "last_accessed_at"];

/**
 * The transaction that lists one folder as hosted storage does: names relative to it, and a row without an id for each
 * folder inside. Row-level security decides what the caller sees.
 */
export function listScript(bucket: string, request: ListRequest, caller: Caller): string {
  const { prefix = "", limit = 100, offset = 0, sortBy = {}, search = "" } = request;
  const folder = prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`;
  const column = SORTABLE.includes(sortBy.column ?? "") ? sortBy.column ?? "name" : "name";
  const direction = sortBy.order?.toLowerCase() === "desc" ? "desc" : "asc";
  const settings = Object.entries({ "storage.operation": "storage.object.list", ...requestSettings(caller, null) })
    .map(([name, value]) => `set_config(${quoteLiteral(name)}, ${quoteLiteral(value)}, true)`);
  const start = quoteLiteral(folder);
  return `begin; select ${settings.join(", ")};
    select coalesce(json_agg(r), '[]')::text as body from (
      select entry.name, entry.id, entry.updated_at, entry.created_at, entry.last_accessed_at, entry.metadata
      from (
        select distinct on (name) part.name, part.id, part.updated_at, part.created_at, part.last_accessed_at, part.metadata
        from storage.objects as o
        cross join lateral (select substr(o.name, length(${start}) + 1) as rest) as below
        cross join lateral (
          select
            split_part(below.rest, '/', 1) as name,
            case when below.rest not like '%/%' then o.id end as id,
            case when below.rest not like '%/%' then o.updated_at end as updated_at,
            case when below.rest not like '%/%' then o.created_at end as created_at,
            case when below.rest not like '%/%' then o.last_accessed_at end as last_accessed_at,
            case when below.rest not like '%/%' then o.metadata end as metadata
        ) as part
        where o.bucket_id = ${quoteLiteral(bucket)} and starts_with(o.name, ${start}) and below.rest <> ''
          and starts_with(lower(part.name), lower(${quoteLiteral(search)}))
        order by name, part.id nulls first
      ) as entry
      order by entry.${quoteIdentifier(column)} ${direction}, entry.name
      limit ${Math.max(0, Math.trunc(limit))} offset ${Math.max(0, Math.trunc(offset))}
    ) as r;
    commit;`;
}
