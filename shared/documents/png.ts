import type { Bytes } from "@shared/http/mod.ts";

/** Pixels, row by row: 1 (grey), 3 (red, green, blue) or 4 (and opacity) bytes each. */
export interface Pixels {
  data: Uint8Array | Uint8ClampedArray;
  width: number;
  height: number;
  channels: 1 | 3 | 4;
}

/** Models that see look at no more than this, whatever they are sent. */
const LONGEST_EDGE = 1_600;
const COLOUR_TYPE = { 1: 0, 3: 2, 4: 6 } as const;

/** A PNG of pixels, made smaller where models would do that themselves. */
export async function encodePng(pixels: Pixels): Promise<Bytes> {
  const { data, width, height, channels } = shrunk(pixels);
  const rowBytes = width * channels;
  const raw = new Uint8Array(height * (rowBytes + 1));
  for (let y = 0; y < height; y++) raw.set(data.subarray(y * rowBytes, (y + 1) * rowBytes), y * (rowBytes + 1) + 1);
  const packed = await new Response(new Blob([raw]).stream().pipeThrough(new CompressionStream("deflate"))).bytes();
  const head = new Uint8Array(13);
  const view = new DataView(head.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  head.set([8, COLOUR_TYPE[channels]], 8);
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  return joined([signature, chunk("IHDR", head), chunk("IDAT", packed), chunk("IEND", new Uint8Array())]);
}

/** The mean of whole squares of pixels: scans stay legible, and no pixel is looked at twice. */
function shrunk(pixels: Pixels): Pixels {
  const step = Math.ceil(Math.max(pixels.width, pixels.height) / LONGEST_EDGE);
  if (step <= 1) return pixels;
  const { data, channels } = pixels;
  const width = Math.floor(pixels.width / step);
  const height = Math.floor(pixels.height / step);
  if (width === 0 || height === 0) return pixels;
  const small = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let dy = 0; dy < step; dy++) {
          const row = ((y * step + dy) * pixels.width + x * step) * channels + channel;
          for (let dx = 0; dx < step; dx++) sum += data[row + dx * channels] ?? 0;
        }
        small[(y * width + x) * channels + channel] = sum / (step * step);
      }
    }
  }
  return { data: small, width, height, channels };
}

function chunk(type: string, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(content.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, content.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(content, 8);
  view.setUint32(content.length + 8, crc32(bytes.subarray(4, content.length + 8)));
  return bytes;
}

let table: Uint32Array | undefined;

/** As PNG and ZIP have it: polynomial 0xEDB88320. */
function crc32(bytes: Uint8Array): number {
  table ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return value;
  });
  let sum = 0xffffffff;
  for (const byte of bytes) sum = (table[(sum ^ byte) & 0xff] ?? 0) ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}

function joined(parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
