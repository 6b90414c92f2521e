import { AppError } from "@shared/errors/mod.ts";

/** The most a body may measure, in bytes. */
export const bodyLimits = { task: 1_048_576, gateway: 20_971_520 } as const;

/**
 * A request's body. Bytes are counted as they come in: `Content-Length` may refuse early, but it is the sender's word and
 * says nothing under `Transfer-Encoding: chunked`.
 *
 * @throws {AppError} `payload_too_large` beyond `maxBytes`; `invalid_request` when the body breaks off.
 */
export async function readBytes(request: Request, maxBytes: number) {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body?.getReader();
  while (reader !== undefined) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new AppError("invalid_request", "Cannot read the body: it broke off", { cause });
    });
    if (done) break;
    size += value.byteLength;
    if (size > maxBytes) {
      await reader.cancel();
      throw tooLarge(maxBytes);
    }
    chunks.push(value);
  }
  return joined(chunks, size);
}

function joined(chunks: Uint8Array[], size: number) {
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

function tooLarge(maxBytes: number): AppError {
  return new AppError("payload_too_large", `Cannot read the body: more than ${maxBytes} bytes`);
}
