/** What becomes of a conversation when connections drop, and over WebSockets. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { chatClient } from "./chat-client.ts";
import { readEvents } from "./read-events.ts";
import type { RealtimeChannel } from "@supabase/supabase-js";
import { connect as connectClient, startWorld } from "./world.ts";

Deno.test("the chat's connections", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const world = await startWorld();
  const { stack, owner, orgId, call } = world;
  const { url, headersOf, stream, messagesOf, until } = chatClient(world);
  const { body: { data: first } } = await call("chat", { input: { message: "Hello" } });

  const withGrace = async (grace: string, act: () => Promise<void>) => {
    const of = { p_key: "ai.chat.client_grace", p_org_id: orgId };
    equal((await owner.rpc("set_setting", { ...of, p_value: grace })).error, null);
    await act();
    equal((await owner.rpc("set_setting", { ...of, p_value: "PT30S" })).error, null);
  };
  const answerOf = async (requestId: string) =>
    (await owner.from("ai_messages").select("*").eq("request_id", requestId).eq("role", "assistant")).data?.[0];

  await t.step("keeps what had come when the client goes away and does not come back", async () => {
    world.standIn.control.setFaults([{ kind: "stall", after_events: 4 }]);
    await withGrace("PT0S", async () => {
      const gone = new AbortController();
      const events = await stream({ message: "Another story, about grout." }, world.ownerToken, gone.signal);
      const requestId = (await events.next())?.data.request_id;
      await events.next();
      gone.abort();
      await until("the end of the turn", async () => (await answerOf(requestId))?.status !== "streaming");
      world.standIn.control.setFaults([]);
      const { status, content } = await answerOf(requestId);
      equal(status, "stopped");
      ok(content.length > 0);
    });
  });

  const goBack = async (requestId: string, after: string | null, token = world.ownerToken) =>
    await fetch(`${url}?request_id=${requestId}`, {
      headers: { ...headersOf(token), ...(after === null ? {} : { "last-event-id": after }) },
    });

  await t.step("goes on writing for a client whose connection dropped, who comes back for the rest", async () => {
    const gone = new AbortController();
    const events = await stream({ message: "Tell me about tiles, at length." }, world.ownerToken, gone.signal);
    const meta = await events.next();
    const requestId = meta?.data.request_id;
    const first = await events.next();
    deepEqual([meta?.id, first?.id], ["1", "2"]);
    gone.abort();
    const rest = await readEvents(await goBack(requestId, "2")).rest();
    const done = rest.at(-1);
    deepEqual([done?.event, done?.data.data.status], ["done", "complete"]);
    const heard = [first, ...rest].filter((event) => event?.event === "delta").map((event) => event?.data.text).join(
      "",
    );
    equal(heard, done?.data.data.text);
    const ids = rest.map(({ id }) => Number(id));
    ok(ids.every((id, index) => id > (ids[index - 1] ?? 2)), `${ids} rise`);
    // All of it once more, and cut in the middle of deltas that were put together.
    const whole = await readEvents(await goBack(requestId, null)).rest();
    equal(whole[0]?.event, "meta");
    for (const after of [3, 5]) {
      const late = await readEvents(await goBack(requestId, String(after))).rest();
      const deltas = late.filter(({ event }) => event === "delta").map(({ data }) => data.text).join("");
      ok(done?.data.data.text.endsWith(deltas) && deltas.length < done?.data.data.text.length);
    }
  });

  await t.step(
    "tells a client that has heard everything nothing more, and one that wants what is not kept to read it",
    async () => {
      const all = await (await stream({ message: "Say something about slate." })).rest();
      for (const after of [all.at(-1)?.id ?? "", "999"]) {
        const heard = await goBack(all[0]?.data.request_id, after);
        deepEqual([heard.status, await heard.text()], [204, ""]);
      }
      const { body } = await call("chat", { input: { message: "Say something about marble." } });
      const whole = await goBack(body.meta.request_id, null);
      deepEqual([whole.status, (await whole.json()).code], [404, "not_found"]);
    },
  );

  await t.step("gives nobody else the rest of a stream, and takes no nonsense", async () => {
    const stranger = await world.member("resume-stranger", "Elsewhere", "owner");
    const [, answer] = await messagesOf(first.conversation_id);
    for (
      const [request, after, token, status] of [
        [answer.request_id, null, stranger.token, 404],
        [crypto.randomUUID(), null, world.ownerToken, 404],
        ["nonsense", null, world.ownerToken, 400],
        [answer.request_id, "x", world.ownerToken, 400],
      ] as const
    ) {
      const response = await goBack(request, after, token);
      await response.body?.cancel();
      equal(response.status, status);
    }
  });

  const connect = async (protocols: string[], query = ""): Promise<WebSocket> => {
    const socket = new WebSocket(`${url.replace("http", "ws")}${query}`, protocols);
    await new Promise<void>((opened, failed) => {
      socket.onopen = () => opened();
      socket.onerror = () => failed(new Error("refused"));
    });
    return socket;
  };
  const key = stack.publishableKey;

  await t.step("speaks over a WebSocket: several calls at once, actions, errors", async () => {
    const socket = await connect(["signalbox", `jwt.${world.ownerToken}`, `apikey.${key}`]);
    equal(socket.protocol, "signalbox");
    const heard: { id?: string; event: string; data: { text?: string; code?: string; data?: { text: string } } }[] = [];
    const ended = new Map<string, () => void>();
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      heard.push(message);
      if (["done", "error", "data"].includes(message.event)) ended.get(message.id ?? "")?.();
    };
    const ask = (id: string, body: unknown) => {
      const end = new Promise<void>((resolve) => ended.set(id, resolve));
      socket.send(JSON.stringify({ type: "call", id, body }));
      return end;
    };
    await Promise.all([
      ask("one", { input: { message: "Say something about slate." } }),
      ask("two", { input: { message: "Say something about marble." } }),
      ask("bad", { input: { message: " " } }),
      ask("stop", { action: "stop", request_id: first.message_id }),
    ]);
    for (const id of ["one", "two"]) {
      const own = heard.filter((message) => message.id === id);
      deepEqual([own[0]?.event, own.at(-1)?.event], ["meta", "done"]);
      equal(
        own.filter(({ event }) => event === "delta").map(({ data }) => data.text).join(""),
        own.at(-1)?.data.data?.text,
      );
    }
    deepEqual(heard.filter(({ event }) => event === "error").map(({ id, data }) => [id, data.code]).sort(), [
      ["bad", "invalid_request"],
      ["stop", "not_found"],
    ]);
    const pong = new Promise<string>((resolve) => socket.onmessage = ({ data }) => resolve(JSON.parse(data).event));
    socket.send(JSON.stringify({ type: "ping" }));
    equal(await pong, "pong");
    const refused = new Promise<string>((resolve) =>
      socket.onmessage = ({ data }) => resolve(JSON.parse(data).data.code)
    );
    socket.send("nonsense");
    equal(await refused, "invalid_request");
    socket.close();
  });

  await t.step("opens a WebSocket by query as well, and for nobody without a token", async () => {
    const socket = await connect([], `?jwt=${world.ownerToken}&apikey=${key}`);
    socket.close();
    for (const protocols of [[], ["signalbox", `apikey.${key}`], ["signalbox", "jwt.nonsense"]]) {
      await connect(protocols).then(() => ok(false, "it opened"), ({ message }) => equal(message, "refused"));
    }
  });

  const joined = (channel: RealtimeChannel) =>
    new Promise<void>((resolve, reject) =>
      channel.subscribe((status, error) => {
        if (status === "SUBSCRIBED") resolve();
        else if (status !== "CLOSED") reject(error ?? new Error(status));
      })
    );
  const topic = `conversation:${first.conversation_id}`;

  await t.step("tell a conversation's channel of messages, who is there and who is typing", async () => {
    const laptop = owner;
    const phone = connectClient(stack);
    await phone.auth.setSession({ access_token: world.ownerToken, refresh_token: "none" }).catch(() => {});
    await laptop.realtime.setAuth(world.ownerToken);
    await phone.realtime.setAuth(world.ownerToken);
    const [one, two] = [laptop, phone].map((client, index) =>
      client.channel(topic, { config: { private: true, presence: { key: `device-${index}` } } })
    ) as [RealtimeChannel, RealtimeChannel];
    const statuses: string[] = [];
    one.on(
      "broadcast",
      { event: "message" },
      ({ payload }) => statuses.push(`${payload["role"]} ${payload["status"]} ${payload["direction"]}`),
    );
    const typing = new Promise<Record<string, unknown>>((resolve) =>
      one.on("broadcast", { event: "typing" }, ({ payload }) => resolve(payload))
    );
    const there = new Promise<void>((resolve) =>
      one.on("presence", { event: "sync" }, () => Object.keys(one.presenceState()).includes("device-1") && resolve())
    );
    await Promise.all([joined(one), joined(two)]);
    await two.track({ at: "phone" });
    await there;
    equal(await two.send({ type: "broadcast", event: "typing", payload: { device: "phone" } }), "ok");
    deepEqual(await typing, { device: "phone" });
    const { body } = await call("chat", { input: { message: "هل أنت هناك؟", conversation_id: first.conversation_id } });
    await until("the broadcasts", () => Promise.resolve(statuses.length >= 3));
    // How a text is written is known when there is one.
    deepEqual(statuses.slice(0, 3), [
      "user complete rtl",
      "assistant streaming null",
      `assistant complete ${body.data.direction}`,
    ]);
    for (const client of [laptop, phone]) {
      await client.removeAllChannels();
      await client.realtime.disconnect();
    }
  });

  await t.step("let nobody else into a conversation's channel", async () => {
    const stranger = await world.member("channel-stranger", "Elsewhere", "owner");
    const colleague = await world.member("channel-colleague", "Demo", "admin");
    for (const { client, token } of [stranger, colleague]) {
      await client.realtime.setAuth(token);
      await joined(client.channel(topic, { config: { private: true } })).then(
        () => ok(false, "it was let in"),
        (error) => ok(/Unauthorized/.test(error.message), error.message),
      );
      await client.removeAllChannels();
      await client.realtime.disconnect();
    }
  });

  await t.step("hold a hundred streams at once", async () => {
    const ends = await Promise.all(Array.from({ length: 100 }, async (_, index) => {
      const seen = await (await stream({ message: `Say something about slate number ${index}.` })).rest();
      const heard = seen.filter(({ event }) => event === "delta").map(({ data }) => data.text).join("");
      const done = seen.at(-1);
      return done?.event === "done" && heard === done.data.data.text ? done.data.data.conversation_id : done?.data;
    }));
    const wrong = ends.filter((end) => typeof end !== "string");
    deepEqual(wrong, []);
    equal(new Set(ends).size, 100);
  });

  await t.step("leave the ledger in order and nothing half written", async () => {
    // Not world.settled(): what a hundred conversations leave to be remembered is still being worked off.
    const held = () => stack.sql("select 1 from public.ai_holds where status = 'held' and task = 'chat'");
    for (let round = 0; round < 600 && (await held()).length > 0; round++) {
      await new Promise((done) => setTimeout(done, 100));
    }
    deepEqual(await held(), []);
    deepEqual(await stack.sql("select * from public.ai_ledger_check"), []);
    deepEqual(await stack.sql("select id from public.ai_messages where status = 'streaming'"), []);
  });
  await world.stop();
});
