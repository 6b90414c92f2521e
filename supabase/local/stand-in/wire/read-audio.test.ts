import assert from "node:assert/strict";
import { readAudio } from "./read-audio.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

/** A WAV file of so many milliseconds of silence, with a comment. */
function wav(milliseconds: number, comment: string): Uint8Array {
  const info = [...utf8("INFOICMT"), ...size(comment.length), ...utf8(comment)];
  const data = Array.from({ length: milliseconds * 8 }, () => 128);
  const format = [1, 0, 1, 0, ...size(8_000), ...size(8_000), 1, 0, 8, 0];
  const body = [
    ...utf8("WAVEfmt "),
    ...size(16),
    ...format,
    ...utf8("LIST"),
    ...size(info.length),
    ...info,
    ...utf8("data"),
    ...size(data.length),
    ...data,
  ];
  return Uint8Array.from([...utf8("RIFF"), ...size(body.length), ...body]);
}

function size(value: number): number[] {
  return [value & 255, value >> 8 & 255, value >> 16 & 255, value >> 24 & 255];
}

Deno.test("readAudio() tells length and comment of a WAV file", () => {
  assert.deepEqual(readAudio(wav(2_500, "Bonjour!")), { words: "Bonjour!", seconds: 2.5 });
});

Deno.test("readAudio() tells titles of an MP3 file, and a length by its size", () => {
  const title = [0, ...utf8("Meeting on tiles")];
  const tag = [
    ...utf8("ID3"),
    3,
    0,
    0,
    0,
    0,
    0,
    title.length + 10,
    ...utf8("TIT2"),
    0,
    0,
    0,
    title.length,
    0,
    0,
    ...title,
  ];
  const bytes = Uint8Array.from([...tag, ...Array.from({ length: 16_000 - tag.length }, () => 0)]);
  assert.deepEqual(readAudio(bytes), { words: "Meeting on tiles", seconds: 1 });
});

Deno.test("readAudio() says nothing of what it does not know", () => {
  assert.deepEqual(readAudio(new Uint8Array(1_600)), { words: "", seconds: 0.1 });
});
