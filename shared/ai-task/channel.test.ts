import assert from "node:assert/strict";
import { Channel } from "./channel.ts";

Deno.test("Channel hands items over in order and ends when it is closed", async () => {
  const channel = new Channel<number>();
  const producing = (async () => {
    for (const item of [1, 2, 3]) await channel.put(item);
    channel.close();
  })();
  const taken: number[] = [];
  for await (const item of channel) taken.push(item);
  await producing;
  assert.deepEqual(taken, [1, 2, 3]);
});

Deno.test("Channel lets a producer wait until its item is taken", async () => {
  const channel = new Channel<string>();
  const order: string[] = [];
  const putting = channel.put("a").then(() => order.push("put returned"));
  const reader = channel[Symbol.asyncIterator]();
  order.push(`took ${(await reader.next()).value}`);
  const next = reader.next();
  await putting;
  channel.close();
  assert.deepEqual([order, (await next).done], [["took a", "put returned"], true]);
});

Deno.test("Channel keeps nobody waiting once its reader has gone", async () => {
  const channel = new Channel<number>();
  const putting = channel.put(1);
  const reader = channel[Symbol.asyncIterator]();
  await reader.next();
  const second = channel.put(2);
  await reader.return();
  await Promise.all([putting, second, channel.put(3)]);
});

Deno.test("Channel drops what waits when it is abandoned before it is read", async () => {
  const channel = new Channel<number>();
  const putting = channel.put(1);
  channel.abandon();
  await putting;
  assert.equal((await channel[Symbol.asyncIterator]().next()).done, true);
});
