import { deepEqual, equal, notEqual } from "node:assert/strict";
import { parsePs, parseStatCpuMs, parseStatusMemoryMb, readProcessUsage } from "./process-usage.ts";

Deno.test("parseStatCpuMs adds user and system time, also when the program's name has brackets", () => {
  equal(parseStatCpuMs("42 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 150 25 0 0 20 0"), 1_750);
});

Deno.test("parseStatusMemoryMb reads anonymous memory and knows when there is none to read", () => {
  equal(parseStatusMemoryMb("VmRSS:\t 4096 kB\nRssAnon:\t    2048 kB\n"), 2);
  equal(parseStatusMemoryMb("Name:\tzombie\n"), null);
});

Deno.test("parsePs reads both spellings of CPU time", () => {
  deepEqual(parsePs("   1:02.50  40960\n"), { cpuMs: 62_500, ownMemoryMb: null });
  deepEqual(parsePs("1-02:03:04  40960\n"), { cpuMs: 93_784_000, ownMemoryMb: null });
  equal(parsePs(""), null);
});

Deno.test("readProcessUsage() measures this process and finds no other", async () => {
  if (Deno.build.os === "windows") return;
  notEqual(await readProcessUsage(Deno.pid), null);
  equal(await readProcessUsage(2 ** 30), null);
});
