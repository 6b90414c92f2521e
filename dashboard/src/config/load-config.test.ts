import assert from "node:assert/strict";
import { ApiError } from "../api/api-error.ts";
import { loadConfig, parseConfig } from "./load-config.ts";

Deno.test("loadConfig reads the project beside the app", async () => {
  const asked: string[] = [];
  const config = await loadConfig("/dashboard/", (address) => {
    asked.push(String(address));
    return Promise.resolve(Response.json({ url: "https://x.supabase.co/", publishable_key: "sb_publishable_1" }));
  });
  assert.deepEqual(asked, ["/dashboard/config.json"]);
  assert.deepEqual(config, { url: "https://x.supabase.co", publishableKey: "sb_publishable_1" });
});

Deno.test("loadConfig says which file is missing", async () => {
  await assert.rejects(
    loadConfig("/", () => Promise.resolve(new Response(null, { status: 404 }))),
    /Cannot load \/config\.json: 404/,
  );
});

Deno.test("loadConfig tells that nothing answers from a file that is wrong", async () => {
  const answers: [() => Promise<Response>, (error: unknown) => boolean][] = [
    [() => Promise.reject(new TypeError("Failed to fetch")), (error) => error instanceof ApiError && error.unreachable],
    [
      () => Promise.resolve(new Response("<html>", { status: 502 })),
      (error) => error instanceof ApiError && error.broken,
    ],
    [() => Promise.resolve(new Response("<html>")), (error) => /url is not an address/.test(String(error))],
  ];
  for (const [answer, fits] of answers) await assert.rejects(loadConfig("/", answer), fits);
});

const faults: [unknown, RegExp][] = [
  [null, /url is not an address/],
  [{ url: "x.supabase.co", publishable_key: "k" }, /url is not an address/],
  [{ url: "https://x.supabase.co" }, /publishable_key is missing/],
  [{ url: "https://x.supabase.co", publishable_key: "sb_secret_1" }, /is a secret key/],
];
for (const [content, problem] of faults) {
  Deno.test(`parseConfig refuses ${JSON.stringify(content)}`, () => {
    assert.throws(() => parseConfig(content), problem);
  });
}
