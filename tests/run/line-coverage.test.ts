import assert from "node:assert/strict";
import { coverageByModule } from "./line-coverage.ts";

Deno.test("coverageByModule() adds up the files of each module and leaves everything else out", () => {
  const record = (path: string, found: number, hit: number) =>
    `SF:${path}\nDA:1,1\nLH:${hit}\nLF:${found}\nend_of_record\n`;
  const lcov = record("/r/shared/http/a.ts", 10, 5) + record("/r/shared/db/a.ts", 4, 4) +
    record("/r/shared/http/b.ts", 2, 2) + record("/r/tests/x.ts", 100, 0);
  assert.deepEqual([...coverageByModule(lcov, "/r/")], [
    ["db", { found: 4, hit: 4 }],
    ["http", { found: 12, hit: 7 }],
  ]);
});

Deno.test("coverageByModule() refuses a record without totals", () => {
  assert.throws(() => coverageByModule("SF:/r/shared/http/a.ts\nend_of_record\n", "/r/"), /has no LF/);
});
