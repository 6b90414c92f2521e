import assert from "node:assert/strict";
import { clientOf, signedUp, startFixture } from "../fixtures/start-fixture.ts";

Deno.test("the storage API works with supabase-js as hosted", async (test) => {
  const stack = await startFixture();
  const service = clientOf(stack, stack.secretKey);
  const { client, id } = await signedUp(stack, "owner@example.com");
  const { client: stranger } = await signedUp(stack, "stranger@example.com");
  await service.storage.createBucket("docs");
  await stack.sql(`create policy own_folder on storage.objects for all to authenticated
    using (bucket_id = 'docs' and (storage.foldername(name))[1] = (select auth.uid())::text)
    with check (bucket_id = 'docs' and (storage.foldername(name))[1] = (select auth.uid())::text)`);
  const bucket = client.storage.from("docs");

  await test.step("a file goes up as form or as bytes and comes down again", async () => {
    const form = await bucket.upload(`${id}/a.txt`, new File(["hello"], "a.txt", { type: "text/plain" }));
    assert.equal(form.error, null);
    const bytes = await bucket.upload(`${id}/sub/b.bin`, new Uint8Array([1, 2, 3]), { contentType: "image/png" });
    assert.equal(bytes.error, null);
    const down = await bucket.download(`${id}/a.txt`);
    assert.equal(await down.data?.text(), "hello");
    assert.equal(down.data?.type, "text/plain");
    assert.deepEqual(await (await bucket.download(`${id}/sub/b.bin`)).data?.bytes(), new Uint8Array([1, 2, 3]));
  });

  await test.step("a listing shows one folder with relative names", async () => {
    const { data, error } = await bucket.list(id);
    assert.equal(error, null);
    assert.deepEqual(data?.map(({ name, id }) => [name, id === null]), [["a.txt", false], ["sub", true]]);
    assert.equal(data?.[0]?.metadata?.["size"], 5);
    assert.deepEqual((await bucket.list(`${id}/sub`)).data?.map(({ name }) => name), ["b.bin"]);
    const sorted = await bucket.list(id, { limit: 1, sortBy: { column: "name", order: "desc" } });
    assert.deepEqual(sorted.data?.map(({ name }) => name), ["sub"]);
    assert.deepEqual((await bucket.list(id, { search: "A." })).data?.map(({ name }) => name), ["a.txt"]);
  });

  await test.step("policies keep strangers out", async () => {
    const theirs = stranger.storage.from("docs");
    assert.deepEqual((await theirs.list(id)).data, []);
    assert.notEqual((await theirs.download(`${id}/a.txt`)).error, null);
    assert.notEqual((await theirs.upload(`${id}/c.txt`, new Blob(["c"]))).error, null);
    assert.notEqual((await clientOf(stack).storage.from("docs").upload("c.txt", new Blob(["c"]))).error, null);
  });

  await test.step("a single object is removed by its address", async () => {
    await bucket.upload(`${id}/ä b.txt`, new Blob(["x"]));
    const remove = () =>
      fetch(`${stack.url}/storage/v1/object/docs/${id}/${encodeURIComponent("ä b.txt")}`, {
        method: "DELETE",
        headers: { apikey: stack.secretKey },
      });
    assert.equal((await remove()).status, 200);
    assert.notEqual((await bucket.download(`${id}/ä b.txt`)).error, null);
    const again = await remove();
    assert.deepEqual([again.status, (await again.json()).statusCode], [400, "404"]);
  });

  await test.step("a signed URL works without any key, and in ranges", async () => {
    const { data, error } = await bucket.createSignedUrl(`${id}/a.txt`, 60);
    assert.equal(error, null);
    const part = await fetch(data?.signedUrl ?? "", { headers: { range: "bytes=1-3" } });
    assert.deepEqual([part.status, await part.text(), part.headers.get("content-range")], [206, "ell", "bytes 1-3/5"]);
    const upload = await bucket.createSignedUploadUrl(`${id}/d.txt`);
    assert.equal(upload.error, null);
    const sent = await clientOf(stack).storage.from("docs")
      .uploadToSignedUrl(upload.data?.path ?? "", upload.data?.token ?? "", new Blob(["signed"]));
    assert.equal(sent.error, null);
    assert.equal(await (await bucket.download(`${id}/d.txt`)).data?.text(), "signed");
  });

  await test.step("no key leads out of the bucket", async () => {
    for (const key of ["../escape.txt", "a/../../escape.txt"]) {
      const answer = await fetch(`${stack.url}/storage/v1/object/docs/${encodeURIComponent(key)}`, {
        method: "POST",
        headers: { apikey: stack.secretKey, "content-type": "text/plain" },
        body: "x",
      });
      await answer.body?.cancel();
      assert.equal(answer.status, 400, key);
    }
    assert.deepEqual(await stack.sql("select name from storage.objects where name like '%escape%'"), []);
  });

  await test.step("files are moved, copied and removed", async () => {
    assert.equal((await bucket.copy(`${id}/a.txt`, `${id}/copy.txt`)).error, null);
    assert.equal((await bucket.move(`${id}/copy.txt`, `${id}/moved.txt`)).error, null);
    assert.equal(await (await bucket.download(`${id}/moved.txt`)).data?.text(), "hello");
    assert.equal((await bucket.remove([`${id}/moved.txt`])).error, null);
    assert.notEqual((await bucket.download(`${id}/moved.txt`)).error, null);
  });

  await stack.stop();
});
