import assert from "node:assert/strict";
import { fetchInLanguage } from "./fetch-in-language.ts";

Deno.test("fetchInLanguage asks in the page's language of the moment, beside the request's own headers", async () => {
  const asked: (string | null)[] = [];
  let language = "de";
  const fetch = fetchInLanguage(() => language, (input, init) => {
    const { headers } = new Request(input, init);
    asked.push(headers.get("accept-language"), headers.get("apikey"));
    return Promise.resolve(new Response());
  });
  await fetch("http://local/x", { headers: { apikey: "key" } });
  language = "fr";
  await fetch(new Request("http://local/x", { headers: { apikey: "key", "accept-language": "en" } }));
  assert.deepEqual(asked, ["de", "key", "fr", "key"]);
});
