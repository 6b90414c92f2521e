import assert from "node:assert/strict";
import { audioLengthMs } from "./audio-length.ts";
import { mediaFile } from "./media-source.ts";
import { makeWav } from "./testing/mod.ts";

const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3);
const files = (content: Uint8Array<ArrayBuffer>) => ({
  files: { read: () => Promise.resolve(content), remove: () => Promise.resolve() },
  rights: null,
});
const dataUrl = (mimeType: string, bytes: Uint8Array) =>
  `data:${mimeType};base64,${btoa(String.fromCharCode(...bytes))}`;

Deno.test("mediaFile() takes a data URL and an upload alike", async () => {
  const given = await mediaFile({ dataUrl: dataUrl("image/png", png) }, "image", files(png));
  const uploaded = await mediaFile({ path: "org/1/page.png" }, "image", files(png));
  assert.deepEqual([given.mimeType, given.contentHash], [uploaded.mimeType, uploaded.contentHash]);
  assert.deepEqual([given.bytes, given.name, uploaded.name], [png, "file.png", "page.png"]);
});

const refused: [
  name: string,
  source: Parameters<typeof mediaFile>[0],
  content: Uint8Array<ArrayBuffer>,
  code: string,
  detail: RegExp,
][] = [
  ["no data URL", { dataUrl: "data:image/png,abc" }, png, "invalid_request", /no data URL/],
  ["broken base64", { dataUrl: "data:image/png;base64,a" }, png, "invalid_request", /no data URL|empty/],
  ["a format nobody reads", { dataUrl: dataUrl("image/tiff", png) }, png, "invalid_request", /image\/tiff/],
  ["sound called an image", { path: "org/1/a.wav" }, makeWav(1, ""), "invalid_request", /WAV audio, and no image/],
  ["a file that is not what its name says", { path: "org/1/a.jpg" }, png, "invalid_request", /but is a PNG image/],
  [
    "an image no model takes",
    { path: "org/1/a.png" },
    new Uint8Array([...png, ...new Uint8Array(4_000_000)]),
    "payload_too_large",
    /3.75 MB/,
  ],
];
for (const [name, source, content, code, detail] of refused) {
  Deno.test(`mediaFile() refuses ${name}`, async () => {
    await assert.rejects(
      mediaFile(source, "image", files(content)),
      (error: { code?: string; message: string }) => error.code === code && detail.test(error.message),
    );
  });
}

Deno.test("audioLengthMs() reads a recording's header, and bounds what has none by its size", async () => {
  assert.equal(await audioLengthMs({ bytes: makeWav(2_345, "words"), mimeType: "audio/wav" }), 2_345);
  assert.equal(await audioLengthMs({ bytes: new Uint8Array(6_000), mimeType: "audio/webm" }), 8_000);
});
