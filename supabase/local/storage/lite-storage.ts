import type { App } from "@supabase/lite";
import type { ObjectFiles, ObjectInfo } from "./object-files.ts";

/** The face `@supabase/lite` wants of a place for objects. */
export type LiteStorage = NonNullable<App["_storageAdapter"]>;

/** Lets the storage API of `@supabase/lite` keep its objects in our files. */
export function liteStorage(files: ObjectFiles): LiteStorage {
  async function find(bucket: string, key: string) {
    const object = await files.get(bucket, key);
    if (object === null) throw new Deno.errors.NotFound(`Cannot find the object: ${bucket}/${key}`);
    return object;
  }

  return {
    driver: files,
    async getObject(bucket, key) {
      const object = await find(bucket, key);
      return { httpStatusCode: 200, metadata: metadataOf(object), body: await object.open() };
    },
    async uploadObject(bucket, key, _version, body, contentType, cacheControl) {
      const stream = body instanceof Uint8Array ? new Blob([new Uint8Array(body)]).stream() : ReadableStream.from(body);
      return metadataOf(await files.put(bucket, key, stream, { contentType, cacheControl }));
    },
    deleteObject: (bucket, key) => files.remove(bucket, key),
    async deleteObjects(bucket, keys) {
      for (const key of keys) await files.remove(bucket, key);
    },
    async copyObject(fromBucket, fromKey, _version, toBucket, toKey) {
      const { open, ...info } = await find(fromBucket, fromKey);
      return metadataOf(await files.put(toBucket, toKey, await open(), info));
    },
    headObject: async (bucket, key) => metadataOf(await find(bucket, key)),
    // Only image transformation would fetch it, and that is not offered here.
    privateAssetUrl: (bucket, key) =>
      Promise.resolve(`object:${encodeURIComponent(bucket)}/${encodeURIComponent(key)}`),
  };
}

function metadataOf({ contentType, cacheControl, eTag, size, modifiedAt }: ObjectInfo) {
  return {
    httpStatusCode: 200,
    cacheControl,
    contentLength: size,
    size,
    mimetype: contentType,
    lastModified: modifiedAt,
    eTag,
  };
}
