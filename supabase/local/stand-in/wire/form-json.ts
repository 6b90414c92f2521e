import { Buffer } from "node:buffer";

/** A form as JSON that says the same: fields as strings, files as `{ name, type, data }` with their bytes in base64. */
export async function formJson(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<string> {
  const form = await new Response(bytes, { headers: { "content-type": contentType } }).formData();
  const fields: Record<string, unknown> = {};
  for (const [name, value] of form) {
    fields[name] = typeof value === "string"
      ? value
      : { name: value.name, type: value.type, data: Buffer.from(await value.arrayBuffer()).toString("base64") };
  }
  return JSON.stringify(fields);
}
