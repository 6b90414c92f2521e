import assert from "node:assert/strict";
import { fakeCandidate, fakePost, fakeStack } from "@shared/ai-task/testing/mod.ts";
import type { FakeCall } from "@shared/providers/testing/mod.ts";
import { readImage, readImageHandler } from "./task.ts";

const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3);
const seen = { text: "# Care\n\nWarm water only.", description: "A label.", confidence: 0.9 };

function stackOf(answer: unknown = seen) {
  const stack = fakeStack(
    () => ({ answer: typeof answer === "string" ? answer : JSON.stringify(answer) }),
    [fakeCandidate("openai", "eye", { capabilities: ["json_schema", "vision"] })],
  );
  const asked: unknown[] = [];
  const handler = readImageHandler({
    authenticate: stack.deps.authenticate,
    task: stack.deps,
    files: {
      read: (path, rights) => Promise.resolve((asked.push([path, rights]), png.slice())),
      remove: () => Promise.resolve(),
    },
  });
  const post = async (input: unknown) => {
    const response = await handler(fakePost({ input }));
    await stack.settled();
    return { status: response.status, body: await response.json() };
  };
  return { post, stack, asked, handler };
}

function imageOf(call: FakeCall | undefined): string {
  assert.ok(call?.method === "chat");
  const content = call.request.messages[0]?.content;
  assert.ok(Array.isArray(content));
  const image = content.find(({ type }) => type === "image");
  return image?.type === "image" ? image.url : "";
}

Deno.test("read-image shows the model the image, and needs one that sees", async () => {
  const { post, stack } = stackOf();
  const { status, body } = await post(readImage.example.input);
  assert.equal(status, 200, JSON.stringify(body));
  assert.deepEqual(body.data, seen);
  assert.equal(body.meta.task, "read-image");
  assert.equal(imageOf(stack.provider.calls[0]), readImage.example.input.image);
  assert.deepEqual([stack.ledger.admissions[0]?.needs, stack.ledger.admissions[0]?.images], [["vision"], 1]);
});

Deno.test("read-image fetches an upload under the caller's own rights", async () => {
  const path = "00000000-0000-4000-8000-0000000000aa/1/label.png";
  const { post, stack, asked } = stackOf();
  assert.equal((await post({ path, hint: "label" })).status, 200);
  assert.deepEqual(asked, [[path, { token: "user" }]]);
  assert.equal(imageOf(stack.provider.calls[0]), `data:image/png;base64,${btoa(String.fromCharCode(...png))}`);
});

Deno.test("read-image knows an image by its content: the same one again costs nothing", async () => {
  const { post, stack } = stackOf();
  await post(readImage.example.input);
  const again = await post(readImage.example.input);
  assert.deepEqual([again.body.meta.cached, stack.provider.calls.length], [true, 1]);
  await post({ ...readImage.example.input, image: `data:image/png;base64,${btoa(String.fromCharCode(...png))}` });
  assert.equal(stack.provider.calls.length, 2);
});

Deno.test("read-image passes an address on for the provider to fetch", async () => {
  const { post, stack, asked } = stackOf();
  await post({ image: "https://a.example/label.png" });
  assert.deepEqual([imageOf(stack.provider.calls[0]), asked], ["https://a.example/label.png", []]);
});

Deno.test("read-image answers nothing that is no reading", async () => {
  const { post, stack } = stackOf("I cannot see it.");
  const { status, body } = await post(readImage.example.input);
  assert.deepEqual([status, body.code, stack.ledger.openHolds], [502, "invalid_model_output", 0]);
});

for (
  const [name, input] of Object.entries({
    nothing: {},
    "an address without TLS": { image: "http://a.example/a.png" },
    "sound": { image: "data:audio/wav;base64,UklGRg==" },
    "bytes that are no image": { image: `data:image/png;base64,${btoa("words, not pixels")}` },
    "an unknown field": { image: "https://a.example/a.png", colour: "red" },
  })
) {
  Deno.test(`read-image refuses ${name}, and nothing is spent`, async () => {
    const { post, stack } = stackOf();
    const { status, body } = await post(input);
    assert.deepEqual([status, body.code], [400, "invalid_request"], JSON.stringify(body));
    assert.deepEqual([stack.ledger.admissions.length, stack.provider.calls.length], [0, 0]);
  });
}

Deno.test("read-image describes itself", async () => {
  const { handler } = stackOf();
  const described = await handler(new Request("https://project.test/", { headers: { apikey: "publishable" } }));
  const { task, example } = await described.json();
  assert.deepEqual([task, example], ["read-image", readImage.example]);
});
