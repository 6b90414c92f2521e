import { equal, rejects } from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { singleFetch } from "./single-fetch.ts";

/** Answers `/ok`; takes any other request in whole and drops the connection. */
async function droppingServer() {
  const arrived: string[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => text += chunk).on("end", () => {
      arrived.push(text);
      if (request.url === "/ok") response.end("ok");
      else request.socket.destroy();
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", () => listening()));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { arrived, url, stop: () => new Promise<void>((stopped) => server.close(() => stopped())) };
}

Deno.test("singleFetch sends a request once, also when a kept-alive connection is lost under it", async () => {
  const { arrived, url, stop } = await droppingServer();
  const fetch = singleFetch(globalThis.fetch);
  await (await fetch(`${url}/ok`, { method: "POST", body: "warm" })).text();
  await rejects(fetch(`${url}/drop`, { method: "POST", body: "precious" }));
  equal(arrived.join(), "warm,precious");
  await stop();
});

Deno.test("singleFetch sends bytes as they are", async () => {
  const { arrived, url, stop } = await droppingServer();
  const response = await singleFetch(globalThis.fetch)(`${url}/ok`, {
    method: "POST",
    body: new TextEncoder().encode("grüße"),
  });
  equal(await response.text(), "ok");
  equal(arrived[0], "grüße");
  await stop();
});
