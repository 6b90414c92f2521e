import { AppError } from "@shared/errors/mod.ts";

/** The most a body may measure, in bytes. */
export const bodyLimits = { task: 1_048_576, gateway: 20_971_520 } as const;

/**
 * A request's body. `Content-Length` refuses early, and where it frames the body a server reads no further; it says nothing under
 * `Transfer-Encoding: chunked`, where bytes are counted as they come in.
 *
 * @throws {AppError} `payload_too_large` beyond `maxBytes`; `invalid_request` when the body breaks off.
 */
export async function readBytes(request: Request, maxBytes: number) {
  const announced = request.headers.get("content-length");
  if (Number(announced ?? 0) > maxBytes) throw tooLarge(maxBytes);
  if (announced !== null && !request.headers.has("transfer-encoding")) return await readWhole(request, maxBytes);
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body?.getReader();
  while (reader !== undefined) {
    const { done, value } = await reader.read().catch(brokeOff);
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

/** All of it at once, which costs a third of a reader. */
async function readWhole(request: Request, maxBytes: number) {
  const bytes = new Uint8Array(await request.arrayBuffer().catch(brokeOff));
  if (bytes.byteLength > maxBytes) throw tooLarge(maxBytes);
  return bytes;
}

function brokeOff(cause: unknown): never {
  throw new AppError("invalid_request", "Cannot read the body: it broke off", { cause });
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
