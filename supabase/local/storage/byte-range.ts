/** The part of an object that `Range: bytes=…` asks for; first and last byte included. */
interface ByteRange {
  first: number;
  last: number;
}

/**
 * The answer cut to a single byte range: 206, or 416 when the range lies outside. Whole as it is when nothing
 * understandable was asked for, which HTTP allows.
 */
export function withRange(answer: Response, header: string | null): Response {
  const size = Number(answer.headers.get("content-length") ?? Number.NaN);
  if (header === null || answer.status !== 200 || answer.body === null || Number.isNaN(size)) return answer;
  const range = parseRange(header, size);
  if (range === null) return answer;
  const headers = new Headers(answer.headers);
  if (range === "outside") {
    void answer.body.cancel();
    headers.set("content-range", `bytes */${size}`);
    headers.set("content-length", "0");
    return new Response(null, { status: 416, headers });
  }
  headers.set("content-range", `bytes ${range.first}-${range.last}/${size}`);
  headers.set("content-length", String(range.last - range.first + 1));
  return new Response(answer.body.pipeThrough(slice(range)), { status: 206, headers });
}

/** Null when the header is not one range of bytes. */
function parseRange(header: string, size: number): ByteRange | "outside" | null {
  const [, from = "", to = ""] = /^bytes=(\d*)-(\d*)$/.exec(header.trim()) ?? [];
  if (from === "" && to === "") return null;
  if (from === "") return to === "0" ? "outside" : { first: Math.max(0, size - Number(to)), last: size - 1 };
  const range = { first: Number(from), last: to === "" ? size - 1 : Math.min(Number(to), size - 1) };
  return range.first > range.last ? "outside" : range;
}

function slice({ first, last }: ByteRange): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let offset = 0;
  return new TransformStream({
    transform(chunk, controller) {
      const part = chunk.subarray(Math.max(0, first - offset), Math.max(0, last + 1 - offset));
      offset += chunk.length;
      if (part.length > 0) controller.enqueue(part);
      if (offset > last) controller.terminate();
    },
  });
}
