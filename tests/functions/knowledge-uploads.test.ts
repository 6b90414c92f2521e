/** Resumable uploads (TUS) into the knowledge base over HTTP against a started stack, as the dashboard sends them: by tus-js-client. */
import { deepEqual, equal } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createClient } from "@supabase/supabase-js";
import type { UploadOptions } from "tus-js-client";
import { makePdf, proseLines } from "../../shared/documents/testing/mod.ts";
import { breakOff, PIECE, resumableUpload } from "../../supabase/local/fixtures/resumable-upload.ts";
import { ingestionEnded } from "./ingestion-ended.ts";
import { startWorld } from "./world.ts";

/** The bucket's hard limit: 100 MB. */
const LARGEST = 104_857_600;

/** A PDF larger than one piece: a page of text, then a picture that nothing needs to read. */
function largePdf(words: string): Buffer {
  const [width, height] = [2_500, 3_000];
  const picture = { width, height, grey: new Uint8Array(width * height).fill(200) };
  return Buffer.from(makePdf([{ lines: proseLines([words]), picture }]));
}

Deno.test("resumable uploads into the knowledge base", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const world = await startWorld();
  const { stack, call, owner, ownerToken, orgId } = world;
  const stranger = await world.member("fremd", "Elsewhere", "owner");
  const file = largePdf("The tunnel kiln of Hall Seven was rebuilt in spring.");

  const upload = (name: string, { as = ownerToken, ...options }: Partial<UploadOptions> & { as?: string } = {}) =>
    resumableUpload(stack, { file, bucket: "knowledge", name, as }, options);
  const newPath = (name: string) => `${orgId}/${crypto.randomUUID()}/${name}`;
  const objects = () => stack.sql("select name from storage.objects where bucket_id = 'knowledge' order by name");

  await t.step("a file that was cut off goes on where it stopped, is ingested and found", async () => {
    const path = newPath("kiln.pdf");
    const uploadUrl = await breakOff(upload(path));
    const early = await call("ingest-document", { input: { path } });
    deepEqual([early.status, early.body.code], [404, "not_found"], JSON.stringify(early.body));
    deepEqual(await upload(path, { uploadUrl }).start(), { sent: [PIECE] });
    const { status, body } = await call("ingest-document", { input: { path } });
    equal(status, 200, JSON.stringify(body));
    equal((await ingestionEnded(world, body.data.job_id)).state, "done");
    const found = await call("rag-knowledge-search", { input: { query: "tunnel kiln Hall", search_type: "keyword" } });
    deepEqual(
      [found.body.data.results[0]?.document, found.body.data.results[0]?.page],
      ["kiln.pdf", 1],
      JSON.stringify(found.body),
    );
  });

  await t.step("nobody else goes on with an upload, or begins one where he may not write", async () => {
    const before = await objects();
    const path = newPath("mine.pdf");
    const uploadUrl = await breakOff(upload(path));
    const guest = await world.member("gast", "Guests", "guest");
    await stack.sql("insert into storage.buckets (id, name, public) values ('accounts', 'accounts', false)");
    const refused: [name: string, ended: Promise<unknown>][] = [
      ["another's upload", upload(path, { as: stranger.token, uploadUrl, endpoint: null }).start()],
      ["a foreign folder", upload(newPath("theirs.pdf"), { as: stranger.token }).start()],
      ["no organization's folder", upload("loose.pdf").start()],
      ["a guest's folder", upload(`${guest.orgId}/x/theirs.pdf`, { as: guest.token }).start()],
      ["a foreign bucket", upload(path, { metadata: { bucketName: "accounts", objectName: path } }).start()],
    ];
    for (const [name, ended] of refused) deepEqual(await ended, { sent: [], refused: 403 }, name);
    deepEqual(await objects(), before);
  });

  await t.step("a URL signed for a member is worth nothing once he has left", async () => {
    const leaving = await world.member("scheidend", "Leaving", "member");
    const bucket = leaving.client.storage.from("knowledge");
    const path = `${leaving.orgId}/${crypto.randomUUID()}/plan.txt`;
    equal((await bucket.upload(path, new Blob(["as it was"]))).error, null);
    const urls = [
      await bucket.createSignedUploadUrl(path, { upsert: true }),
      await bucket.createSignedUploadUrl(`${leaving.orgId}/${crypto.randomUUID()}/new.txt`),
    ];
    await stack.sql("delete from public.organization_members where org_id = $1", [leaving.orgId]);
    const before = await objects();
    for (const { data, error } of urls) {
      equal(error, null);
      const { error: refusal } = await bucket.uploadToSignedUrl(
        data?.path ?? "",
        data?.token ?? "",
        new Blob(["as he left it"]),
      );
      equal(refusal?.message, "new row violates row-level security policy");
    }
    deepEqual(await objects(), before);
    const service = createClient(stack.url, stack.secretKey, { auth: { persistSession: false } });
    equal(await (await service.storage.from("knowledge").download(path)).data?.text(), "as it was");
  });

  await t.step("what is larger than the bucket takes is refused before a byte is sent", async () => {
    deepEqual(await upload(newPath("large.pdf"), { uploadSize: LARGEST + 1 }).start(), { sent: [], refused: 413 });
  });

  await t.step("what is larger than the organization's limit is refused by the ingestion and removed", async () => {
    const limit = (p_value: number) =>
      owner.rpc("set_setting", { p_key: "kb.maxFileSizeMb", p_value, p_org_id: orgId });
    equal((await limit(5)).error, null);
    const before = await objects();
    const path = newPath("too-large.pdf");
    deepEqual(await upload(path).start(), { sent: [0, PIECE] });
    const { status, body } = await call("ingest-document", { input: { path } });
    deepEqual([status, body.code], [413, "payload_too_large"], JSON.stringify(body));
    deepEqual(await objects(), before);
    equal((await limit(50)).error, null);
  });

  await world.stop();
});
