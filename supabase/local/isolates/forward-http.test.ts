import { deepEqual, equal } from "node:assert/strict";
import { serveFixtures, startFixtures } from "./fixtures/start-fixtures.ts";

Deno.test("forwardHttp delivers the first event while the stream is still open, and the client's leaving reaches the function", async () => {
  await using fixtures = await startFixtures();
  await using server = serveFixtures(fixtures);
  const client = new AbortController();
  const answer = await fetch(`http://${server.origin}/probe/stream`, { signal: client.signal });
  const reader = answer.body!.getReader();
  equal(new TextDecoder().decode((await reader.read()).value), "data: first\n\n");
  client.abort();
  await reader.closed.catch(() => {});
  await fixtures.printed("stream cancelled");
});

Deno.test("forwardHttp passes on that the client left before the answer", async () => {
  await using fixtures = await startFixtures();
  await using server = serveFixtures(fixtures);
  const client = new AbortController();
  const answer = fetch(`http://${server.origin}/probe/hang`, { signal: client.signal }).catch(() => null);
  await fixtures.printed("hanging");
  client.abort();
  equal(await answer, null);
  await fixtures.printed("aborted");
});

Deno.test("forwardHttp does not report an abort to a function that answered in full", async () => {
  await using fixtures = await startFixtures();
  await using server = serveFixtures(fixtures);
  equal(await (await fetch(`http://${server.origin}/probe/answered`)).text(), "answered");
  await fixtures.isolates.stop();
  deepEqual(fixtures.lines, ["[probe] unload termination"]);
});

Deno.test("forwardHttp carries bodies of 20 MB both ways", async () => {
  await using fixtures = await startFixtures();
  await using server = serveFixtures(fixtures);
  const body = new Uint8Array(20 * 1024 * 1024).fill(7);
  const size = await fetch(`http://${server.origin}/probe/size`, { method: "POST", body });
  equal(await size.json(), body.length);
  const mirror = await fetch(`http://${server.origin}/probe/mirror`, { method: "POST", body });
  equal((await mirror.bytes()).length, body.length);
});
