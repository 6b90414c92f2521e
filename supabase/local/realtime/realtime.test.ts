import assert from "node:assert/strict";
import type { RealtimeChannel, SupabaseClient } from "@supabase/supabase-js";
import { createClient } from "@supabase/supabase-js";
import { clientOf, signedUp, startFixture } from "../fixtures/start-fixture.ts";
import type { Stack } from "../stack/stack.ts";

/** Resolves when the channel is joined, rejects when it is refused. */
function subscribed(channel: RealtimeChannel): Promise<RealtimeChannel> {
  return new Promise((resolve, reject) => {
    channel.subscribe((status, error) => {
      if (status === "SUBSCRIBED") resolve(channel);
      else if (status === "CHANNEL_ERROR" || status === "TIMED_OUT") reject(error ?? new Error(status));
    });
  });
}

/** The next broadcast of an event in a channel. */
function next(channel: RealtimeChannel, event: string): Promise<Record<string, unknown>> {
  return new Promise((resolve) => channel.on("broadcast", { event }, resolve));
}

async function leaveAll(...clients: SupabaseClient[]): Promise<void> {
  for (const client of clients) {
    await client.removeAllChannels();
    await client.realtime.disconnect();
  }
}

function olderClient(stack: Stack): SupabaseClient {
  return createClient(stack.url, stack.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    realtime: { vsn: "1.0.0" },
  });
}

// supabase-js keeps heartbeat timers until its socket is gone, a moment after disconnect().
Deno.test("Realtime works with supabase-js", { sanitizeOps: false, sanitizeResources: false }, async (test) => {
  const stack = await startFixture();
  const { client: ada, id } = await signedUp(stack, "ada@example.com");
  const { client: bob } = await signedUp(stack, "bob@example.com");
  await stack.sql(`create policy own_topic on realtime.messages for select to authenticated
    using (realtime.topic() = 'user:' || (select auth.uid())::text)`);
  await stack.sql(`create policy own_topic_write on realtime.messages for insert to authenticated
    with check (realtime.topic() = 'user:' || (select auth.uid())::text and extension = 'broadcast')`);

  for (const [version, makeClient] of [["2.0.0", clientOf], ["1.0.0", olderClient]] as const) {
    await test.step(`a broadcast reaches the others and not its sender (${version})`, async () => {
      const [one, two] = [makeClient(stack), makeClient(stack)];
      const [from, to] = [one.channel("room"), two.channel("room")];
      const heard = next(to, "hello");
      from.on("broadcast", { event: "hello" }, () => assert.fail("its sender heard it"));
      await Promise.all([subscribed(from), subscribed(to)]);
      assert.equal(await from.send({ type: "broadcast", event: "hello", payload: { text: "ü" } }), "ok");
      assert.deepEqual(await heard, { type: "broadcast", event: "hello", payload: { text: "ü" } });
      await leaveAll(one, two);
    });
  }

  await test.step("a broadcast in bytes stays bytes", async () => {
    const client = clientOf(stack);
    const channel = client.channel("bytes", { config: { broadcast: { self: true, ack: true } } });
    const heard = next(channel, "raw");
    await subscribed(channel);
    const sent = await channel.send({ type: "broadcast", event: "raw", payload: new Uint8Array([0, 255, 7]).buffer });
    assert.equal(sent, "ok");
    const { payload } = await heard;
    assert.ok(payload instanceof ArrayBuffer);
    assert.deepEqual(new Uint8Array(payload), new Uint8Array([0, 255, 7]));
    await leaveAll(client);
  });

  await test.step("presence tells who is there and who left", async () => {
    const [one, two] = [clientOf(stack), clientOf(stack)];
    const watcher = one.channel("lobby", { config: { presence: { key: "watcher" } } });
    const guest = two.channel("lobby", { config: { presence: { key: "guest" } } });
    const joined = Promise.withResolvers<unknown>();
    const left = Promise.withResolvers<unknown>();
    watcher.on("presence", { event: "join" }, ({ key, newPresences }) => {
      if (key === "guest") joined.resolve(newPresences[0]?.["name"]);
    });
    watcher.on("presence", { event: "leave" }, ({ key }) => left.resolve(key));
    guest.on("presence", { event: "sync" }, () => {});
    await subscribed(watcher);
    await subscribed(guest);
    assert.equal(await guest.track({ name: "Grace" }), "ok");
    assert.equal(await joined.promise, "Grace");
    assert.deepEqual(Object.keys(watcher.presenceState()), ["guest"]);
    await leaveAll(two);
    assert.equal(await left.promise, "guest");
    await leaveAll(one);
  });

  await test.step("a private channel is for those whom policies let read", async () => {
    const topic = `user:${id}`;
    await ada.realtime.setAuth();
    await bob.realtime.setAuth();
    const own = ada.channel(topic, { config: { private: true, broadcast: { ack: true } } });
    await subscribed(own);
    await assert.rejects(subscribed(bob.channel(topic, { config: { private: true } })), /permissions to read/);
    await assert.rejects(
      subscribed(clientOf(stack).channel(topic, { config: { private: true } })),
      /permissions to read/,
    );
    assert.equal(await own.send({ type: "broadcast", event: "note", payload: {} }), "ok");
    assert.equal(await own.track({ here: true }), "error", "no policy lets it write presence");
    await bob.removeAllChannels();
  });

  await test.step("a message from the database reaches private and public channels of its kind", async () => {
    const topic = `user:${id}`;
    const secret = next(ada.channel(topic), "changed");
    const open = clientOf(stack);
    const outside = open.channel(topic);
    outside.on("broadcast", { event: "changed" }, () => assert.fail("a private message left its channel"));
    const public_ = next(outside, "news");
    await subscribed(outside);
    await stack.sql("select realtime.send('{\"n\": 1}', 'changed', $1, true)", [topic]);
    await stack.sql("select realtime.send('{\"n\": 2}', 'news', $1, false)", [topic]);
    const message = await secret;
    assert.deepEqual([message["event"], message["payload"]], ["changed", { n: 1 }]);
    assert.deepEqual((await public_)["payload"], { n: 2 });
    await leaveAll(open);
  });

  await test.step("a trigger tells what changed in a row", async () => {
    await stack.sql(`create function public.tell() returns trigger language plpgsql as $$
      begin
        perform realtime.broadcast_changes('user:' || new.author, tg_op, tg_op, tg_table_name, tg_table_schema, new, old);
        return null;
      end $$`);
    await stack.sql("create trigger tell after insert on public.notes for each row execute function public.tell()");
    const told = next(ada.channel(`user:${id}`), "INSERT");
    assert.equal((await ada.from("notes").insert({ body: "watched" })).error, null);
    const { payload } = await told;
    assert.partialDeepStrictEqual(payload, { operation: "INSERT", table: "notes", record: { body: "watched" } });
  });

  await test.step("a broadcast may come over HTTP", async () => {
    const client = clientOf(stack);
    const channel = client.channel("http");
    const [json, batch] = [next(channel, "single"), next(channel, "batch")];
    await subscribed(channel);
    assert.deepEqual(await channel.httpSend("single", { a: 1 }), { success: true });
    const answer = await fetch(`${stack.url}/realtime/v1/api/broadcast`, {
      method: "POST",
      headers: { apikey: stack.secretKey, "content-type": "application/json" },
      body: JSON.stringify({ messages: [{ topic: "http", event: "batch", payload: { b: 2 } }] }),
    });
    assert.equal(answer.status, 202);
    assert.deepEqual([(await json)["payload"], (await batch)["payload"]], [{ a: 1 }, { b: 2 }]);
    await leaveAll(client);
  });

  await test.step("nobody connects without a key", async () => {
    const answer = await fetch(`${stack.url}/realtime/v1/websocket?apikey=wrong`, {
      headers: { connection: "upgrade", upgrade: "websocket" },
    });
    assert.equal(answer.status, 401);
    await answer.body?.cancel();
  });

  await test.step("changes of tables by replication are refused with a hint", async () => {
    const client = clientOf(stack);
    const channel = client.channel("changes").on("postgres_changes", { event: "*", schema: "public" }, () => {});
    await assert.rejects(subscribed(channel), /broadcast from the database/);
    await leaveAll(client);
  });

  await leaveAll(ada, bob);
  await stack.stop();
});
