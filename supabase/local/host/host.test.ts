import assert from "node:assert/strict";
import { join } from "node:path";
import { dashboard } from "./dashboard.ts";
import { host } from "./host.ts";
import { listen, PortInUseError } from "./listen.ts";

const says = (text: string) => () => new Response(text);
const face = host({
  auth: says("auth"),
  rest: says("rest"),
  storage: says("storage"),
  realtime: says("realtime"),
  functions: (_request, slug) => Promise.resolve(new Response(`function ${slug}`)),
  dashboard: says("dashboard"),
});
const ask = (path: string, init: RequestInit = {}) => face(new Request(`http://stack${path}`, init));

for (
  const [path, text] of [
    ["/auth/v1/token", "auth"],
    ["/rest/v1/", "rest"],
    ["/storage/v1/object/b/k", "storage"],
    ["/realtime/v1/api/broadcast", "realtime"],
    ["/functions/v1/classify-lead", "function classify-lead"],
    ["/functions/v1/gateway/v1/models", "function gateway"],
    ["/dashboard", "dashboard"],
    ["/dashboard/costs", "dashboard"],
  ] as const
) {
  Deno.test(`the host sends ${path} to ${text}`, async () => {
    assert.equal(await (await ask(path)).text(), text);
  });
}

Deno.test("the host knows nothing below other paths", async () => {
  for (const path of ["/rest/v2/x", "/authentic", "/functions/v1/", "/_system"]) {
    assert.equal((await ask(path)).status, 404, path);
  }
});

Deno.test("the host answers preflights of APIs itself and leaves those of functions to them", async () => {
  const preflight = { method: "OPTIONS", headers: { "access-control-request-method": "POST", origin: "http://a" } };
  const api = await ask("/rest/v1/notes", preflight);
  assert.deepEqual([api.status, api.headers.get("access-control-allow-origin")], [204, "*"]);
  assert.equal(await (await ask("/functions/v1/f", preflight)).text(), "function f");
});

Deno.test("the dashboard serves its files, its pages and its configuration", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const config = { url: "http://stack", publishable_key: "sb_publishable_x" };
    const site = dashboard(join(folder, "dist"), config);
    const get = (path: string) => site(new Request(`http://stack${path}`));
    assert.equal((await get("/dashboard/")).status, 404);

    await Deno.mkdir(join(folder, "dist/assets"), { recursive: true });
    await Deno.writeTextFile(join(folder, "secret.txt"), "secret");
    await Deno.writeTextFile(join(folder, "dist/index.html"), "<html>");
    await Deno.writeTextFile(join(folder, "dist/assets/a-1.js"), "js");
    for (
      const path of [
        "/dashboard",
        "/dashboard/",
        "/dashboard/costs/today",
        "/dashboard/..%2fsecret.txt",
        "/dashboard/%",
      ]
    ) {
      const page = await get(path);
      assert.deepEqual(
        [await page.text(), page.headers.get("content-type")],
        ["<html>", "text/html; charset=utf-8"],
        path,
      );
      assert.equal(page.headers.get("cache-control"), "no-cache");
    }
    const asset = await get("/dashboard/assets/a-1.js");
    assert.deepEqual([await asset.text(), asset.headers.get("content-type")], ["js", "text/javascript; charset=utf-8"]);
    assert.match(asset.headers.get("cache-control") ?? "", /immutable/);
    assert.deepEqual(await (await get("/dashboard/config.json")).json(), config);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("listen holds its port from the beginning, and answers 503 until it has something to serve", async () => {
  const failures: unknown[] = [];
  const server = listen(0, (error) => failures.push(error));
  const early = await fetch(server.url);
  assert.deepEqual([early.status, early.headers.get("retry-after")], [503, "1"]);
  await early.body?.cancel();
  assert.throws(() => listen(Number(new URL(server.url).port), () => {}), PortInUseError);
  server.serve(() => new Response("ready"));
  assert.equal(await (await fetch(server.url)).text(), "ready");
  const failure = new Error("secret detail");
  server.serve(() => {
    throw failure;
  });
  const failed = await fetch(server.url);
  assert.deepEqual([failed.status, await failed.text()], [500, '{"message":"Internal server error"}']);
  assert.deepEqual(failures, [failure]);
  await server.stop();
});

Deno.test("the server lets requests under way end for a moment, then breaks off those that do not", async () => {
  const server = listen(0, () => {}, 2_000);
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  let open = 0;
  server.serve((request) => {
    if (++open === 2) begun.resolve();
    const body = new ReadableStream({
      async start(controller) {
        controller.enqueue(new TextEncoder().encode("begun"));
        if (request.url.endsWith("/ends")) await end.promise;
        else await new Promise(() => {});
        controller.close();
      },
    });
    return new Response(body);
  });
  const read = async (path: string) => await (await fetch(`${server.url}${path}`)).text();
  const answers = Promise.allSettled([read("/ends"), read("/never")]);
  await begun.promise;
  const stopped = server.stop();
  end.resolve();
  await stopped;
  const [ends, never] = await answers;
  assert.deepEqual(ends, { status: "fulfilled", value: "begun" });
  assert.equal(never.status, "rejected");
});

Deno.test("the server stops at once when everything is answered", async () => {
  const server = listen(0, () => {}, 60_000);
  server.serve(says("answered"));
  assert.equal(await (await fetch(server.url)).text(), "answered");
  await server.stop();
  await assert.rejects(fetch(server.url));
});
