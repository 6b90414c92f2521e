import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import type { UploadOptions } from "tus-js-client";
import { breakOff, PIECE, resumableUpload } from "../fixtures/resumable-upload.ts";
import { clientOf, signedUp, startFixture } from "../fixtures/start-fixture.ts";

const MIB = 1024 * 1024;

Deno.test("resumable uploads work with tus-js-client as hosted", async (test) => {
  const dataFolder = await Deno.makeTempDir();
  const stack = await startFixture({ dataFolder });
  const service = clientOf(stack, stack.secretKey);
  const { client, id, token } = await signedUp(stack, "owner@example.com");
  const { token: strangersToken } = await signedUp(stack, "stranger@example.com");
  await service.storage.createBucket("docs", { public: false, fileSizeLimit: 20 * MIB });
  await stack.sql(`create policy own_folder on storage.objects for all to authenticated
    using (bucket_id = 'docs' and (storage.foldername(name))[1] = (select auth.uid())::text)
    with check (bucket_id = 'docs' and (storage.foldername(name))[1] = (select auth.uid())::text)`);
  const file = Buffer.alloc(PIECE * 2 + 1000, "signalbox ");

  const upload = (name: string, { as = token, ...options }: Partial<UploadOptions> & { as?: string } = {}) =>
    resumableUpload(stack, { file, bucket: "docs", name, as }, options);
  let unfinished = "";
  const stored = async (name: string) => (await client.storage.from("docs").download(name)).data;

  await test.step("a file goes up in pieces and is an object when the last one is there", async () => {
    assert.deepEqual(await upload(`${id}/whole.pdf`).start(), { sent: [0, PIECE, 2 * PIECE] });
    const down = await stored(`${id}/whole.pdf`);
    assert.equal(down?.type, "application/pdf");
    assert.deepEqual(await down?.bytes(), new Uint8Array(file));
    assert.deepEqual(
      await stack.sql(
        "select owner_id, metadata ->> 'size' as size from storage.objects where name like '%/whole.pdf'",
      ),
      [{ owner_id: id, size: String(file.length) }],
    );
  });

  await test.step("an upload that was broken off goes on where it stopped", async () => {
    const uploadUrl = await breakOff(upload(`${id}/broken.pdf`));
    assert.equal(await stored(`${id}/broken.pdf`), null);
    assert.deepEqual(await upload(`${id}/broken.pdf`, { uploadUrl }).start(), { sent: [PIECE, 2 * PIECE] });
    assert.equal((await stored(`${id}/broken.pdf`))?.size, file.length);
  });

  await test.step("a stranger neither begins an upload nor goes on with another's", async () => {
    assert.deepEqual(await upload(`${id}/theirs.pdf`, { as: strangersToken }).start(), { sent: [], refused: 403 });
    unfinished = await breakOff(upload(`${id}/mine.pdf`));
    const theirs = upload(`${id}/mine.pdf`, { as: strangersToken, uploadUrl: unfinished, endpoint: null });
    assert.deepEqual(await theirs.start(), { sent: [], refused: 403 });
  });

  await test.step("what is too large or there already is refused before a byte is sent", async () => {
    assert.deepEqual(await upload(`${id}/whole.pdf`).start(), { sent: [], refused: 409 });
    assert.deepEqual(await upload(`${id}/large.pdf`, { uploadSize: 21 * MIB }).start(), { sent: [], refused: 413 });
    assert.deepEqual(await upload("", {}).start(), { sent: [], refused: 400 });
  });

  await test.step("only of what is not whole pieces are left", () => {
    const names = [...Deno.readDirSync(join(dataFolder, "uploads"))].map(({ name }) => name).sort();
    const id = unfinished.split("/").at(-1);
    assert.deepEqual(names, [id, `${id}.json`]);
  });

  await stack.stop();
  await Deno.remove(dataFolder, { recursive: true });
});
