import type { Caller } from "../data-api/caller.ts";
import { postgresErrorOf } from "../data-api/postgrest-errors.ts";
import { requestSettings } from "../data-api/request-settings.ts";
import type { ScriptRunner } from "../data-api/script-runner.ts";
import { quoteLiteral } from "../database/database.ts";

/** What somebody is about to upload. */
export interface UploadWish {
  bucket: string;
  key: string;
  /** Whether an object that is there already may be replaced. */
  upsert: boolean;
}

/** Whether it may be: with the most bytes the bucket takes (null: any), or with why not, as HTTP says it. */
export type UploadPermission = { limit: number | null; refusal: null } | {
  refusal: { status: number; message: string };
};

const REFUSALS: ReadonlyMap<string, { status: number; message: string }> = new Map([
  ["42501", { status: 403, message: "new row violates row-level security policy" }],
  ["23503", { status: 404, message: "Bucket not found" }],
  ["23505", { status: 409, message: "The resource already exists" }],
]);

/** Asks the policies of `storage.objects` by writing the row as the caller and taking it back, as hosted Storage does. */
export async function askToUpload(
  wish: UploadWish,
  caller: Caller,
  scripts: ScriptRunner,
): Promise<UploadPermission> {
  try {
    const [limit = null] = await scripts.lastRow(askScript(wish, caller));
    return { limit: limit === null ? null : Number(limit), refusal: null };
  } catch (error) {
    const refusal = REFUSALS.get(postgresErrorOf(error)?.code ?? "");
    if (refusal === undefined) throw error;
    return { refusal };
  }
}

function askScript({ bucket, key, upsert }: UploadWish, caller: Caller): string {
  const settings = Object.entries({ "storage.operation": "storage.object.upload", ...requestSettings(caller, null) })
    .map(([name, value]) => `set_config(${quoteLiteral(name)}, ${quoteLiteral(value)}, true)`);
  const subject = caller.claims["sub"];
  const owner = typeof subject === "string" ? quoteLiteral(subject) : "null";
  return `begin;
    select set_config('signalbox.bucket_limit', coalesce((
      select file_size_limit::text from storage.buckets where id = ${quoteLiteral(bucket)}), ''), true);
    select ${settings.join(", ")};
    insert into storage.objects (bucket_id, name, owner_id) values (${quoteLiteral(bucket)}, ${
    quoteLiteral(key)
  }, ${owner})
    ${upsert ? "on conflict (bucket_id, name) do update set owner_id = excluded.owner_id" : ""};
    select nullif(current_setting('signalbox.bucket_limit'), '');
    rollback;`;
}
