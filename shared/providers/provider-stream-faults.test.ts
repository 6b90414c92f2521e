import assert from "node:assert/strict";
import { fixtureResponse, serving, servingBytes, type Wire } from "./fixture-server.ts";
import type { ProviderErrorKind } from "./provider.ts";
import { drain, failure, ways } from "./provider-ways.ts";

for (const way of ways) {
  Deno.test(`${way.name}: a stream cut after any event is cut, with the text and the tokens so far`, async () => {
    const events = way.vendor.stream.split("\n\n").slice(0, -2);
    for (let count = 1; count <= events.length; count++) {
      for (const proper of [true, false]) {
        const respond = async (wire: Wire) => {
          await wire.head("text/event-stream", { "x-signalbox-stand-in": "true" });
          await wire.chunk(events.slice(0, count).map((event) => `${event}\n\n`).join(""));
          if (proper) await wire.end();
        };
        await servingBytes(respond, async ({ url }) => {
          const seen: string[] = [];
          const error = await failure((async () => {
            for await (const event of way.provider(url).stream(way.request())) {
              assert.notEqual(event.type, "done", `finished after ${count} of ${events.length} events`);
              if (event.type === "delta") seen.push(event.text);
            }
          })());
          assert.deepEqual([error.kind, error.mayBeBilled, error.standIn], ["cut", true, true], `${count}, ${proper}`);
          assert.equal(error.partial?.text, seen.join(""));
          assert.ok(way.vendor.text.startsWith(seen.join("")));
          if (way.vendor.startTokens !== null) assert.equal(error.partial?.usage?.inputTokens, way.vendor.startTokens);
        });
      }
    }
  });

  Deno.test(`${way.name}: a whole answer without its end marker is not finished`, async () => {
    const respond = async (wire: Wire) => {
      await wire.head("text/event-stream");
      await wire.chunk(way.vendor.withoutEnd);
      await wire.end();
    };
    await servingBytes(respond, async ({ url }) => {
      const error = await failure(drain(way.provider(url), way.request()));
      assert.equal(error.kind, "cut");
      assert.equal(error.partial?.text, way.vendor.text);
      assert.equal(typeof error.partial?.usage?.outputTokens, "number");
      assert.equal(error.partial?.final, true);
    });
  });

  Deno.test(`${way.name}: an end marker without a reason to stop is not an end`, async () => {
    const stream = way.vendor.stream.replace('"finish_reason":"stop"', '"finish_reason":null')
      .replace('"stop_reason": "end_turn"', '"stop_reason": null');
    assert.notEqual(stream, way.vendor.stream);
    await serving(() => new Response(stream, { headers: { "content-type": "text/event-stream" } }), async ({ url }) => {
      assert.equal((await failure(drain(way.provider(url), way.request()))).kind, "cut");
    });
  });

  Deno.test(`${way.name}: a stream cut within an event is cut, a whole event that is not JSON is malformed`, async () => {
    const at = way.vendor.stream.indexOf("fünf");
    const cases: [string, ProviderErrorKind][] = [
      [way.vendor.stream.slice(0, at), "cut"],
      [`${way.vendor.stream.slice(0, at)}\n\n${way.vendor.stream.slice(at)}`, "malformed"],
      [way.vendor.stream.replace(/\{[^\n]*fünf[^\n]*/, "[1]"), "malformed"],
    ];
    for (const [stream, kind] of cases) {
      const respond = async (wire: Wire) => {
        await wire.head("text/event-stream");
        await wire.chunk(stream);
        await wire.end();
      };
      await servingBytes(respond, async ({ url }) => {
        const error = await failure(drain(way.provider(url), way.request()));
        assert.equal(error.kind, kind);
        assert.equal(error.partial?.text, "Drei");
        assert.equal(error.partial?.final, false);
      });
    }
  });

  const folder = way.vendor.kind === "anthropic" ? "anthropic" : "openai";
  Deno.test(`${way.name}: an error inside a stream is that error and may have been billed`, async () => {
    const name = folder === "anthropic" ? "anthropic/stream-error.txt" : "openai/chat-stream-error.txt";
    await serving(() => fixtureResponse(name), async ({ url }) => {
      const error = await failure(drain(way.provider(url), way.request()));
      assert.deepEqual([error.kind, error.status, error.mayBeBilled, error.partial?.text], [
        "server",
        null,
        true,
        "Drei",
      ]);
    });
  });
}
