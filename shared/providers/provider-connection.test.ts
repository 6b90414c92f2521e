import assert from "node:assert/strict";
import { fixture, serving, servingBytes, type Wire } from "./fixture-server.ts";
import { calls, drain, failure, ManualTimers, ways } from "./provider-ways.ts";
import { withLimits } from "./with-limits.ts";

for (const way of ways) {
  const folder = way.vendor.kind === "anthropic" ? "anthropic" : "openai";

  Deno.test(`${way.name}: nobody listening is a network failure that nobody bills`, async () => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr as Deno.NetAddr;
    listener.close();
    for (const [method, call] of calls(way.provider(`http://127.0.0.1:${port}`), way.request)) {
      const error = await failure(call());
      assert.deepEqual([error.kind, error.status, error.mayBeBilled], ["network", null, false], method);
    }
  });

  Deno.test(`${way.name}: a connection lost before the answer may have been billed`, async () => {
    await servingBytes(() => Promise.resolve(), async ({ url }) => {
      for (const [method, call] of calls(way.provider(url), way.request)) {
        const error = await failure(call());
        assert.deepEqual([error.kind, error.mayBeBilled], ["network", true], method);
      }
    });
  });

  Deno.test(`${way.name}: a body that stops early is cut, whether HTTP notices it or not`, async () => {
    const whole = fixture(`${folder}/${folder === "anthropic" ? "message" : "chat"}.json`);
    const half = whole.slice(0, whole.length / 2);
    const unnoticed = async (wire: Wire) => {
      await wire.head("application/json");
      await wire.chunk(half);
      await wire.end();
    };
    const noticed = (wire: Wire) =>
      wire.raw(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9000\r\n\r\n${half}`);
    for (const respond of [unnoticed, noticed]) {
      await servingBytes(respond, async ({ url }) => {
        const error = await failure(way.provider(url).chat(way.request()));
        assert.deepEqual([error.kind, error.mayBeBilled, error.partial], ["cut", true, null]);
      });
    }
  });

  Deno.test(`${way.name}: leaving the loop hangs up on the provider`, async () => {
    let hungUp = false;
    const respond = async (wire: Wire) => {
      await wire.head("text/event-stream");
      await wire.chunk(way.vendor.withoutEnd);
      await wire.hungUp;
      hungUp = true;
    };
    await servingBytes(respond, async ({ url }) => {
      for await (const event of way.provider(url).stream(way.request())) {
        assert.deepEqual(event, { type: "delta", text: "Drei" });
        break;
      }
    });
    assert.equal(hungUp, true);
  });

  Deno.test(`${way.name}: the caller's abort ends a call as cancelled and hangs up, before and after the first bytes`, async () => {
    for (const early of [true, false]) {
      let hungUp = false;
      const asked = Promise.withResolvers<void>();
      const respond = async (wire: Wire) => {
        if (!early) {
          await wire.head("text/event-stream");
          await wire.chunk(way.vendor.withoutEnd);
        }
        asked.resolve();
        await wire.hungUp;
        hungUp = true;
      };
      await servingBytes(respond, async ({ url }) => {
        const controller = new AbortController();
        const failing = failure(drain(way.provider(url), way.request(controller.signal)));
        await asked.promise;
        controller.abort();
        const error = await failing;
        assert.deepEqual([error.kind, error.mayBeBilled], ["cancelled", true]);
      });
      assert.equal(hungUp, true);
    }
  });

  Deno.test(`${way.name}: a call that was aborted before it began is not sent`, async () => {
    await serving(() => new Response(), async ({ url, sent }) => {
      for (const [, call] of calls(way.provider(url), () => way.request(AbortSignal.abort()))) {
        const error = await failure(call());
        assert.deepEqual([error.kind, error.mayBeBilled], ["cancelled", false]);
      }
      assert.equal(sent.length, 0);
    });
  });

  Deno.test(`${way.name}: silence, a slow first token and a stall end by the limit's name and hang up`, async () => {
    const events = way.vendor.stream.split("\n\n");
    const limits = { totalMs: 60_000, firstTokenMs: 20_000, idleMs: 10_000 };
    const first = `${events.slice(0, way.vendor.kind === "anthropic" ? 4 : 2).join("\n\n")}\n\n`;
    const cases = [
      { limit: "total", ms: 60_000, head: false, bytes: "", text: undefined },
      { limit: "first token", ms: 20_000, head: true, bytes: "", text: undefined },
      { limit: "idle", ms: 10_000, head: true, bytes: first, text: "Drei" },
    ];
    for (const { limit, ms, head, bytes, text } of cases) {
      const answered = Promise.withResolvers<void>();
      let hungUp = false;
      const respond = async (wire: Wire) => {
        if (head) await wire.head("text/event-stream");
        if (bytes !== "") await wire.chunk(bytes);
        answered.resolve();
        await wire.hungUp;
        hungUp = true;
      };
      await servingBytes(respond, async ({ url }) => {
        const timers = new ManualTimers();
        const arrived = Promise.withResolvers<void>();
        const failing = failure((async () => {
          const provider = withLimits(way.provider(url), limits, timers);
          for await (const _ of provider.stream(way.request())) arrived.resolve();
        })());
        await (text === undefined ? answered : arrived).promise;
        await timers.started(ms);
        timers.fire(ms);
        const error = await failing;
        assert.deepEqual([error.kind, error.mayBeBilled, error.partial?.text], ["timeout", true, text]);
        assert.match(error.message, new RegExp(`the ${limit} limit of ${ms} ms passed`));
        assert.equal(timers.running.size, 0);
      });
      assert.equal(hungUp, true, limit);
    }
  });
}
