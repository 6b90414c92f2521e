/** What is known about a stored object besides its bytes. */
export interface ObjectInfo {
  contentType: string;
  cacheControl: string;
  /** Quoted, as in the HTTP header. */
  eTag: string;
  /** Bytes. */
  size: number;
  modifiedAt: Date;
}

/** A stored object. */
export interface StoredObject extends ObjectInfo {
  /** Its bytes; each call starts at the beginning. */
  open(): Promise<ReadableStream<Uint8Array>>;
}

/** Where the bytes of stored objects lie. Rows and permissions are the storage API's business, in the database. */
export interface ObjectFiles {
  /** Stores an object, replacing the one of the same key; readers see the old or the new one whole. */
  put(
    bucket: string,
    key: string,
    body: ReadableStream<Uint8Array>,
    type: Pick<ObjectInfo, "contentType" | "cacheControl">,
  ): Promise<ObjectInfo>;
  /** The object, or null when there is none. */
  get(bucket: string, key: string): Promise<StoredObject | null>;
  /** Forgets an object; an unknown one is no error. */
  remove(bucket: string, key: string): Promise<void>;
}
