import assert from "node:assert/strict";
import { openPrepared } from "../fixtures/open-database.ts";
import { startHttpQueue } from "./http-queue.ts";
import { type QueuedAnswer, type QueuedRequest, sendQueued } from "./send-queued.ts";

const OK: QueuedAnswer = {
  statusCode: 200,
  contentType: "application/json",
  headers: { "content-type": "application/json" },
  content: '{"ok":true}',
  timedOut: false,
  error: null,
};

Deno.test("the HTTP queue sends each request once, after its commit, and records the answer", async () => {
  const database = await openPrepared();
  await database.query("select net.http_get('http://x/before')");
  const sent: string[] = [];
  let expect = Promise.withResolvers<void>();
  const queue = await startHttpQueue({
    database,
    log: (line) => assert.fail(line),
    send: ({ method, url, body }: QueuedRequest) => {
      sent.push(`${method} ${url} ${body ?? ""}`);
      expect.resolve();
      return Promise.resolve(OK);
    },
  });
  await expect.promise;
  assert.deepEqual(sent, ["GET http://x/before "]);

  expect = Promise.withResolvers();
  await database.script("begin; select net.http_get('http://x/never'); rollback");
  await database.query("select net.http_post('http://x/after', '{\"a\": 1}')");
  await expect.promise;
  await queue.stop();
  assert.deepEqual(sent, ["GET http://x/before ", 'POST http://x/after {"a": 1}']);
  assert.deepEqual(await database.query("select * from net.http_request_queue"), []);
  const answers = await database.query(
    "select status_code, content_type, headers, content, timed_out, error_msg from net._http_response order by id",
  );
  const recorded = {
    status_code: 200,
    content_type: "application/json",
    headers: OK.headers,
    content: OK.content,
    timed_out: false,
    error_msg: null,
  };
  assert.deepEqual(answers, [recorded, recorded]);
  await database.close();
});

Deno.test("the HTTP queue empties more than a batch, and forgets answers after six hours", async () => {
  const database = await openPrepared();
  await database.query("insert into net._http_response (id, created) values (-1, now() - interval '7 hours')");
  await database.query("select net.http_get('http://x/' || n) from generate_series(1, 450) as n");
  const all = Promise.withResolvers<void>();
  let sent = 0;
  const queue = await startHttpQueue({
    database,
    log: (line) => assert.fail(line),
    send: () => {
      if (++sent === 450) all.resolve();
      return Promise.resolve(OK);
    },
  });
  await all.promise;
  await queue.stop();
  assert.deepEqual(await database.query("select count(*), min(id) from net._http_response"), [{ count: 450, min: 1 }]);
  await database.close();
});

Deno.test("sendQueued tells answer, refusal, timeout and a bad address as pg_net does", async () => {
  const waiting = Promise.withResolvers<Response>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    if (new URL(request.url).pathname === "/slow") return await waiting.promise;
    return Response.json({ method: request.method, key: request.headers.get("x-key"), body: await request.text() }, {
      status: 201,
    });
  });
  const request = (path: string, more: Partial<QueuedRequest> = {}): QueuedRequest => ({
    id: 1,
    method: "POST",
    url: `http://127.0.0.1:${server.addr.port}${path}`,
    headers: { "x-key": "k" },
    body: '{"a":1}',
    timeout_milliseconds: 5000,
    ...more,
  });
  const never = new AbortController().signal;
  const answer = await sendQueued(request("/"), never);
  assert.deepEqual([answer.statusCode, answer.timedOut, answer.error], [201, false, null]);
  assert.deepEqual(JSON.parse(answer.content ?? ""), { method: "POST", key: "k", body: '{"a":1}' });

  const slow = await sendQueued(request("/slow", { timeout_milliseconds: 20 }), never);
  assert.deepEqual([slow.statusCode, slow.timedOut], [null, true]);
  assert.match(slow.error ?? "", /^Timeout of 20 ms reached\. Total time: \d+\.\d+ ms$/);

  const stop = new AbortController();
  const stopped = sendQueued(request("/slow"), stop.signal);
  stop.abort();
  assert.deepEqual([(await stopped).timedOut, (await stopped).error], [
    null,
    "Operation was aborted: the stack stopped",
  ]);
  waiting.resolve(new Response());
  const { port } = server.addr;
  await server.shutdown();

  const refused = await sendQueued(request("", { url: `http://127.0.0.1:${port}/` }), never);
  assert.deepEqual([refused.timedOut, refused.error], [null, "Couldn't connect to server"]);
  const bad = await sendQueued(request("", { url: "nowhere" }), never);
  assert.equal(bad.error, "URL using bad/illegal format or missing URL");
});
