/**
 * Passages as Postgres reads them fastest: the binary format of `copy`.
 *
 * @module
 * @see https://www.postgresql.org/docs/17/sql-copy.html (Binary Format), pgvector's `vector_recv`; 2026-11-27
 */
import { Buffer } from "node:buffer";
import { pipeline } from "node:stream/promises";
import type postgres from "postgres";
import { DIMENSIONS, type Passage, passage } from "./passages.ts";

const COLUMNS = [
  "org_id",
  "base_id",
  "document_id",
  "position",
  "content",
  "char_start",
  "char_end",
  "language",
  "token_count",
  "embedding",
  "embedding_model",
];
const HEADER = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");
const END = Buffer.from([0xff, 0xff]);

/** Writes the passages from `from` to before `to`, their documents being there. One transaction. */
export async function copyPassages(sql: postgres.Sql, from: number, to: number): Promise<void> {
  const stream = await sql.unsafe(`copy public.document_chunks (${COLUMNS.join(", ")}) from stdin (format binary)`)
    .writable();
  await pipeline(rows(from, to), stream);
}

function* rows(from: number, to: number): Generator<Buffer> {
  yield HEADER;
  for (let n = from; n < to; n++) yield row(passage(n));
  yield END;
}

function row({ orgId, baseId, documentId, position, content, embedding }: Passage): Buffer {
  const fields = [
    uuid(orgId),
    uuid(baseId),
    uuid(documentId),
    integer(position),
    Buffer.from(content),
    integer(0),
    integer(content.length),
    Buffer.from("en"),
    integer(120),
    vector(embedding),
    Buffer.from("bench"),
  ];
  const count = Buffer.alloc(2);
  count.writeInt16BE(fields.length);
  return Buffer.concat([count, ...fields.flatMap((field) => [integer(field.length), field])]);
}

function integer(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function uuid(value: string): Buffer {
  return Buffer.from(value.replaceAll("-", ""), "hex");
}

function vector(numbers: Float32Array): Buffer {
  const bytes = Buffer.alloc(4 + 4 * DIMENSIONS);
  bytes.writeInt16BE(DIMENSIONS);
  const view = new DataView(bytes.buffer, bytes.byteOffset + 4);
  numbers.forEach((number, at) => view.setFloat32(4 * at, number));
  return bytes;
}
