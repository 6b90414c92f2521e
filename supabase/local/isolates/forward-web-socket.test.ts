import { equal } from "node:assert/strict";
import { serveFixtures, startFixtures } from "./fixtures/start-fixtures.ts";

Deno.test("forwardWebSocket joins client and function, with the function's path and the client's headers", async () => {
  await using fixtures = await startFixtures();
  await using server = serveFixtures(fixtures);
  const socket = new WebSocket(`ws://${server.origin}/probe/socket`, { headers: { "x-note": "hello" } });
  const received = messages(socket);
  equal(await received(), "/probe/socket hello");
  socket.send("ping");
  equal(await received(), "ping");
  const { promise: closed, resolve } = Promise.withResolvers<CloseEvent>();
  socket.onclose = resolve;
  socket.close(3001, "enough");
  equal((await closed).code, 3001);
});

Deno.test("forwardWebSocket answers 502 when the function does not accept", async () => {
  await using fixtures = await startFixtures();
  const answer = await fixtures.call("probe/visits", { headers: { upgrade: "websocket" } });
  equal(answer.status, 502);
});

function messages(socket: WebSocket): () => Promise<unknown> {
  const arrived: unknown[] = [];
  const waiting: ((data: unknown) => void)[] = [];
  socket.onmessage = ({ data }) => {
    const next = waiting.shift();
    if (next === undefined) arrived.push(data);
    else next(data);
  };
  return () => arrived.length > 0 ? Promise.resolve(arrived.shift()) : new Promise((resolve) => waiting.push(resolve));
}
