import type { MediaFile } from "./media-source.ts";

/** Bits a second of the most frugal speech codec in use (Opus): nothing sounds longer than its bytes at that rate. */
const FEWEST_BITS_A_SECOND = 6_000;

/** Milliseconds a recording lasts, read from its container; where it does not say, the most that its size allows. */
export async function audioLengthMs({ bytes, mimeType }: Pick<MediaFile, "bytes" | "mimeType">): Promise<number> {
  const { parseBuffer } = await import("music-metadata");
  const most = Math.ceil(bytes.length * 8 / FEWEST_BITS_A_SECOND * 1_000);
  try {
    const { format } = await parseBuffer(bytes, { mimeType, size: bytes.length }, { duration: true, skipCovers: true });
    const seconds = format.duration ?? NaN;
    return Number.isFinite(seconds) && seconds > 0 ? Math.min(Math.ceil(seconds * 1_000), most) : most;
  } catch {
    return most;
  }
}
