import { deepEqual, equal, match, notEqual } from "node:assert/strict";
import { startFixtures } from "./fixtures/start-fixtures.ts";

Deno.test("Isolates answer as the platform does where no function answers", async (t) => {
  await using fixtures = await startFixtures({ limits: { idleMs: 300 } });
  const cases: [path: string, init: RequestInit, status: number, code: string][] = [
    ["unknown", {}, 404, "NOT_FOUND"],
    ["disabled", {}, 404, "NOT_FOUND"],
    ["broken", { method: "POST", body: "{}" }, 503, "BOOT_ERROR"],
    ["guarded", {}, 401, "UNAUTHORIZED_NO_AUTH_HEADER"],
    ["guarded", { headers: { authorization: "Bearer forged" } }, 401, "UNAUTHORIZED_INVALID_JWT_FORMAT"],
    ["probe/hang", {}, 504, "IDLE_TIMEOUT"],
    ["probe/reject", { method: "POST", body: "{}" }, 500, "WORKER_ERROR"],
    ["exported", { method: "PROPFIND" }, 405, "METHOD_NOT_ALLOWED"],
  ];
  for (const [path, init, status, code] of cases) {
    await t.step(`${path} answers ${status} ${code}`, async () => {
      const answer = await fixtures.call(path, init);
      equal(answer.status, status);
      equal(answer.headers.get("sb-error-code"), code);
      equal((await answer.json()).code, code);
    });
  }
  match(fixtures.lines.join("\n"), /^\[broken\] Error: broken on purpose$/m);
});

Deno.test("Isolates run both entry styles and pass OPTIONS to a guarded function", async () => {
  await using fixtures = await startFixtures({ verifyJwt: (token) => Promise.resolve(token === "good") });
  equal(await (await fixtures.call("exported/a/b")).text(), "GET /exported/a/b");
  equal(await (await fixtures.call("guarded", { method: "OPTIONS" })).text(), "OPTIONS /guarded");
  equal((await fixtures.call("guarded", { headers: { authorization: "Bearer good" } })).status, 200);
  equal(await (await fixtures.call("probe/visits")).json(), 1);
});

Deno.test("Isolates show a function its own view of the request and only the project's secrets", async () => {
  await using fixtures = await startFixtures();
  const init = { method: "POST", body: "12345", headers: { "x-note": "ü", "accept-encoding": "br" } };
  const seen = await (await fixtures.call("probe/seen?a=1", init)).json();
  equal(seen.url, "http://project.test:54321/probe/seen?a=1");
  equal(seen.headers["x-note"], "ü");
  equal(seen.headers["accept-encoding"], "br");
  deepEqual(Object.keys(seen.headers).filter((name) => name.startsWith("x-isolate")), []);
  const environment = await (await fixtures.call("probe/environment")).json();
  equal(environment["PROJECT_SECRET"], "known to functions");
  deepEqual(Object.keys(environment).filter((name) => name.startsWith("SIGNALBOX")), []);
});

Deno.test("Isolates keep a function warm, share one start, and start it again after a crash", async () => {
  await using fixtures = await startFixtures();
  const answers = await Promise.all(Array.from({ length: 8 }, () => fixtures.call("probe/process")));
  const pids = new Set(await Promise.all(answers.map((answer) => answer.json())));
  equal(pids.size, 1);
  equal((await fixtures.call("probe/throw")).headers.get("sb-error-code"), "EDGE_FUNCTION_ERROR");
  equal(await (await fixtures.call("probe/process")).json(), [...pids][0], "an error in a handler is no crash");
  await fixtures.call("probe/reject");
  notEqual(await (await fixtures.call("probe/process")).json(), [...pids][0]);
});

Deno.test("Isolates confine a function to the network, its environment and its files", async () => {
  await using fixtures = await startFixtures();
  equal((await fixtures.call("probe/run")).status, 500);
  match(await fixtures.printed("NotCapable"), /^\[probe\] NotCapable: Requires run access/);
});

Deno.test("Isolates finish background work before they stop and announce the end to the function", async () => {
  const fixtures = await startFixtures();
  equal(await (await fixtures.call("probe/background")).text(), "answered");
  await fixtures.isolates.stop();
  deepEqual(fixtures.lines, ["[probe] unload termination", "[probe] background done"]);
});

Deno.test("warm() starts functions ahead and names those that fail", async () => {
  await using fixtures = await startFixtures();
  deepEqual(await fixtures.isolates.warm(["probe", "broken"]), ["broken"]);
  equal(await (await fixtures.call("probe/visits")).json(), 1);
});

Deno.test("Isolates stop the least recently used idle function when too many run", async () => {
  await using fixtures = await startFixtures({ limits: { warmIsolates: 1 } });
  const first = await (await fixtures.call("probe/process")).json();
  await fixtures.call("exported");
  await fixtures.printed("unload early_drop");
  notEqual(await (await fixtures.call("probe/process")).json(), first);
});

Deno.test("Isolates listen on a port where there are no socket files, and answer nobody without their secret", async () => {
  await using fixtures = await startFixtures({ transport: "tcp" });
  const { port } = await (await fixtures.call("probe/address")).json();
  const around = await fetch(`http://127.0.0.1:${port}/probe/visits`);
  equal(around.status, 403);
  await around.body?.cancel();
  equal(await (await fixtures.call("probe/visits")).json(), 1);
});
