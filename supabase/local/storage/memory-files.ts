import { createHash } from "node:crypto";
import type { ObjectFiles, ObjectInfo } from "./object-files.ts";

/** Objects of a stack that keeps nothing. */
export function memoryFiles(now = () => new Date()): ObjectFiles {
  const objects = new Map<string, ObjectInfo & { content: Blob }>();
  const path = (bucket: string, key: string) => JSON.stringify([bucket, key]);
  return {
    async put(bucket, key, body, type) {
      const bytes = await new Response(body).bytes();
      const eTag = `"${createHash("md5").update(bytes).digest("hex")}"`;
      const object = { ...type, eTag, size: bytes.length, modifiedAt: now(), content: new Blob([bytes]) };
      objects.set(path(bucket, key), object);
      return object;
    },
    get(bucket, key) {
      const object = objects.get(path(bucket, key));
      return Promise.resolve(object ? { ...object, open: () => Promise.resolve(object.content.stream()) } : null);
    },
    remove(bucket, key) {
      objects.delete(path(bucket, key));
      return Promise.resolve();
    },
  };
}
