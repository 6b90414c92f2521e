import { createHash, randomUUID } from "node:crypto";
import { join } from "node:path";
import type { ObjectFiles, ObjectInfo } from "./object-files.ts";

/** The small file beside each object's bytes. */
interface Card extends Omit<ObjectInfo, "modifiedAt"> {
  bucket: string;
  key: string;
  modifiedAt: string;
  /** Name of the file with the bytes. */
  content: string;
}

/**
 * Objects in a folder. File names are hashes of bucket and key, so no key can lead out of the folder, exceed a name's
 * length, or be a file and a folder at once. Writing the card last makes a replacement whole or not at all.
 */
export function folderFiles(folder: string, now = () => new Date()): ObjectFiles {
  const cardPath = (bucket: string, key: string) =>
    join(folder, `${createHash("sha256").update(JSON.stringify([bucket, key])).digest("hex")}.json`);

  async function readCard(bucket: string, key: string): Promise<Card | null> {
    try {
      return JSON.parse(await Deno.readTextFile(cardPath(bucket, key)));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  }

  return {
    async put(bucket, key, body, type) {
      await Deno.mkdir(folder, { recursive: true });
      const content = `${randomUUID()}.bin`;
      const { eTag, size } = await writeHashed(join(folder, content), body);
      const earlier = await readCard(bucket, key);
      const modifiedAt = now();
      const card: Card = { bucket, key, ...type, eTag, size, modifiedAt: modifiedAt.toISOString(), content };
      const draft = join(folder, `${content}.card`);
      await Deno.writeTextFile(draft, JSON.stringify(card));
      await Deno.rename(draft, cardPath(bucket, key));
      if (earlier !== null) await Deno.remove(join(folder, earlier.content));
      return { ...type, eTag, size, modifiedAt };
    },
    async get(bucket, key) {
      const card = await readCard(bucket, key);
      if (card === null) return null;
      const { contentType, cacheControl, eTag, size } = card;
      const open = async () => (await Deno.open(join(folder, card.content))).readable;
      return { contentType, cacheControl, eTag, size, modifiedAt: new Date(card.modifiedAt), open };
    },
    async remove(bucket, key) {
      const card = await readCard(bucket, key);
      if (card === null) return;
      await Deno.remove(cardPath(bucket, key));
      await Deno.remove(join(folder, card.content));
    },
  };
}

async function writeHashed(path: string, body: ReadableStream<Uint8Array>): Promise<{ eTag: string; size: number }> {
  const hash = createHash("md5");
  let size = 0;
  const counted = body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        hash.update(chunk);
        size += chunk.length;
        controller.enqueue(chunk);
      },
    }),
  );
  await Deno.writeFile(path, counted);
  return { eTag: `"${hash.digest("hex")}"`, size };
}
