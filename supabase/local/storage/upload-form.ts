import { Buffer } from "node:buffer";

/** What an upload's form holds. */
export interface UploadForm {
  /** Null when the form has no file. */
  file: File | null;
  /** Its text fields. */
  field(name: string): string | null;
}

/**
 * Reads an upload's form. supabase-js sends the file as a field whose name is empty, and Deno's reader drops such
 * fields, so it is given a name first.
 */
export async function readUploadForm(request: Request): Promise<UploadForm> {
  const type = request.headers.get("content-type") ?? "";
  const bytes = await request.bytes();
  const asSent = await formOf(bytes, type);
  if (asSent.file !== null) return asSent;
  const nameless = 'form-data; name=""';
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const place = body.indexOf(nameless);
  if (place < 0) return asSent;
  const named = Buffer.from('form-data; name="file"');
  return await formOf(
    new Uint8Array(Buffer.concat([body.subarray(0, place), named, body.subarray(place + nameless.length)])),
    type,
  );
}

async function formOf(bytes: Uint8Array<ArrayBuffer>, type: string): Promise<UploadForm> {
  const form = await new Response(bytes, { headers: { "content-type": type } }).formData();
  return {
    file: [...form.values()].find((value) => value instanceof File) ?? null,
    field(name) {
      const value = form.get(name);
      return typeof value === "string" ? value : null;
    },
  };
}
