import { AppError } from "@shared/errors/mod.ts";
import { parseJson } from "./parse-json.ts";
import { readBytes } from "./read-bytes.ts";

const JSON_TYPE = /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i;

/**
 * A request's JSON body, not yet validated.
 *
 * @throws {AppError} `payload_too_large`, or `invalid_request` for another content type and whatever
 * {@linkcode parseJson} refuses.
 */
export async function readJsonBody(request: Request, maxBytes: number): Promise<unknown> {
  return parseJson(await readJsonBytes(request, maxBytes));
}

/** The bytes behind {@linkcode readJsonBody}, for those who also hash or forward them. Content type and size are checked. */
export async function readJsonBytes(request: Request, maxBytes: number) {
  const bytes = await readBytes(request, maxBytes);
  if (!JSON_TYPE.test(request.headers.get("content-type")?.trim() ?? "")) {
    throw new AppError("invalid_request", "Cannot read the body: its content type is not application/json");
  }
  return bytes;
}
