import { deepEqual, equal, rejects } from "node:assert/strict";
import { ndjson } from "./ndjson.ts";
import { type Page, streamRows } from "./stream-rows.ts";

const page = (n: number, last: number): Page => ({ rows: [{ n }], next: n === last ? null : n + 1 });

function counting(last: number) {
  const fetched: unknown[] = [];
  const stream = streamRows({
    first: page(0, last),
    fetch: (next) => {
      fetched.push(next);
      return Promise.resolve(page(Number(next), last));
    },
    format: ndjson,
    columns: ["n"],
  });
  return { stream, fetched };
}

Deno.test("streamRows fetches a page when the reader wants it, not before", async () => {
  const { stream, fetched } = counting(3);
  deepEqual(fetched, []);
  const reader = stream.getReader();
  const first = await reader.read();
  equal(new TextDecoder().decode(first.value), '{"n":0}\n');
  await reader.cancel();
  equal(fetched.length <= 1, true);
});

Deno.test("streamRows gives every row once and ends", async () => {
  const { stream, fetched } = counting(3);
  equal(await new Response(stream).text(), '{"n":0}\n{"n":1}\n{"n":2}\n{"n":3}\n');
  deepEqual(fetched, [1, 2, 3]);
});

Deno.test("streamRows goes on past an empty page", async () => {
  const pages: Page[] = [{ rows: [], next: 1 }, { rows: [{ n: 1 }], next: null }];
  const stream = streamRows({
    first: { rows: [], next: 0 },
    fetch: (next) => Promise.resolve(pages[Number(next)] ?? { rows: [], next: null }),
    format: ndjson,
    columns: ["n"],
  });
  equal(await new Response(stream).text(), '{"n":1}\n');
});

Deno.test("streamRows breaks off when a page cannot be fetched", async () => {
  const stream = streamRows({
    first: page(0, 3),
    fetch: () => Promise.reject(new Error("Cannot fetch")),
    format: ndjson,
    columns: ["n"],
  });
  await rejects(new Response(stream).text(), /Cannot fetch/);
});
