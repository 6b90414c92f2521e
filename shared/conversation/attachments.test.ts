import { deepEqual, rejects } from "node:assert/strict";
import type { Bytes } from "@shared/http/mod.ts";
import { type Attachment, pictures } from "./attachments.ts";

const [orgId, userId] = ["00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-0000000000a4"];

/** Reads a picture that a message names, and tells which addresses were asked with which key. */
async function look(path: string, token: string | null): Promise<string[]> {
  const asked: string[] = [];
  const fetch = ((input: string, init: RequestInit) => {
    asked.push(`${new Headers(init.headers).get("apikey")} ${new URL(input).pathname}`);
    return Promise.resolve(new Response(new Uint8Array([1]) as Bytes));
  }) as typeof globalThis.fetch;
  const picture: Attachment = { path, name: "a.png", media_type: "image/png", size: 1, text: null };
  const reader = {
    orgId,
    userId,
    token,
    fetch,
    projectUrl: "https://p.example",
    publishableKey: "publishable",
    secretKey: "secret",
  };
  await pictures([picture], reader as never, new AbortController().signal);
  return asked;
}

Deno.test("a picture of one's own is read again with the secret key where no token is left", async () => {
  deepEqual(await look(`${orgId}/${userId}/1/a.png`, null), [
    `secret /storage/v1/object/chat/${orgId}/${userId}/1/a.png`,
  ]);
});

for (const path of ["../../b/c/a.png", "./a.png", "../../../../../../auth/v1/admin/users", "1/.."]) {
  for (const token of [null, "token"]) {
    Deno.test(`a message's row that names ${path} reads nothing ${token === null ? "as the back end" : "as its user"}`, async () => {
      await rejects(look(`${orgId}/${userId}/${path}`, token), /there is no such file of yours/);
    });
  }
}
