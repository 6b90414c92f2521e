import assert from "node:assert/strict";
import { join } from "node:path";
import { folderFiles } from "./folder-files.ts";
import { memoryFiles } from "./memory-files.ts";
import type { ObjectFiles } from "./object-files.ts";

const now = () => new Date("2026-11-21T04:00:00Z");
const type = { contentType: "text/plain", cacheControl: "no-cache" };
const body = (text: string) => new Blob([text]).stream();

async function read(files: ObjectFiles, bucket: string, key: string): Promise<string | null> {
  const object = await files.get(bucket, key);
  return object === null ? null : await new Response(await object.open()).text();
}

for (const kind of ["memory", "folder"]) {
  Deno.test(`objects in ${kind} are stored, replaced and forgotten`, async () => {
    const folder = await Deno.makeTempDir();
    const files = kind === "memory" ? memoryFiles(now) : folderFiles(join(folder, "storage"), now);
    try {
      assert.equal(await files.get("b", "a"), null);
      const info = { ...type, eTag: '"5d41402abc4b2a76b9719d911017c592"', size: 5, modifiedAt: now() };
      assert.partialDeepStrictEqual(await files.put("b", "a", body("hello"), type), info);
      assert.partialDeepStrictEqual(await files.get("b", "a"), info);
      await files.put("b", "a/b", body("below"), type);
      await files.put("b", "a", body("again"), { ...type, contentType: "text/html" });
      assert.deepEqual([await read(files, "b", "a"), await read(files, "b", "a/b")], ["again", "below"]);
      assert.equal((await files.get("b", "a"))?.contentType, "text/html");
      await files.remove("b", "a");
      await files.remove("b", "a");
      assert.deepEqual([await read(files, "b", "a"), await read(files, "b", "a/b")], [null, "below"]);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("objects in a folder stay inside it, whatever their keys say", async () => {
  const outer = await Deno.makeTempDir();
  const folder = join(outer, "storage");
  try {
    const files = folderFiles(folder, now);
    for (
      const key of [
        "../out.txt",
        "../../out.txt",
        "/etc/out.txt",
        "a/../../out.txt",
        "..\\out.txt",
        "\0",
        "x".repeat(900),
      ]
    ) {
      await files.put("..", key, body(key), type);
      assert.equal(await read(files, "..", key), key);
    }
    assert.deepEqual([...Deno.readDirSync(outer)].map(({ name }) => name), ["storage"]);
    assert.equal([...Deno.readDirSync(folder)].every(({ isFile }) => isFile), true);
  } finally {
    await Deno.remove(outer, { recursive: true });
  }
});

Deno.test("objects in a folder leave no file behind when they are replaced or removed", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const files = folderFiles(folder, now);
    await files.put("b", "a", body("1"), type);
    await files.put("b", "a", body("2"), type);
    assert.equal([...Deno.readDirSync(folder)].length, 2);
    await files.remove("b", "a");
    assert.equal([...Deno.readDirSync(folder)].length, 0);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
