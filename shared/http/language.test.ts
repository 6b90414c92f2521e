import assert from "node:assert/strict";
import { errorLanguage, pickLanguage } from "./language.ts";

function request(query: string, accept?: string): Request {
  return new Request(
    `http://localhost/${query}`,
    accept === undefined ? {} : { headers: { "accept-language": accept } },
  );
}

Deno.test("pickLanguage prefers the user's setting, then the query, then the browser, then English", () => {
  assert.equal(pickLanguage(request("?lang=fr", "es"), "de"), "de");
  assert.equal(pickLanguage(request("?lang=fr", "es"), null), "fr");
  assert.equal(pickLanguage(request("", "es"), null), "es");
  assert.equal(pickLanguage(request(""), null), "en");
});

Deno.test("pickLanguage drops regions and case", () => {
  assert.equal(pickLanguage(request(""), "de-AT"), "de");
  assert.equal(pickLanguage(request("?lang=FR_ca"), null), "fr");
});

Deno.test("pickLanguage passes over languages we do not speak", () => {
  assert.equal(pickLanguage(request("?lang=it", "pt, es;q=0.5"), "nl"), "es");
  assert.equal(pickLanguage(request("?lang=", "it"), ""), "en");
});

Deno.test("pickLanguage weighs Accept-Language by quality and keeps its order among equals", () => {
  const cases: [string, string][] = [
    ["en;q=0.5, de;q=0.9", "de"],
    ["fr, de", "fr"],
    ["de;q=0, en;q=0.1", "en"],
    ["*, es;q=0.2", "es"],
    ["de;q=x", "de"],
    ["de-CH;q=0.8,fr-CH", "fr"],
  ];
  for (const [accept, expected] of cases) assert.equal(pickLanguage(request("", accept), null), expected, accept);
});

for (
  const [name, metadata, url, accepted, expected] of [
    ["the setting in the token", { language: "es" }, "http://x/?lang=fr", "de", "es"],
    ["a locale there", { locale: "fr-CA" }, "http://x/", "de", "fr"],
    ["nothing there", {}, "http://x/?lang=fr", "de", "fr"],
    ["a setting nobody speaks", { language: "tlh" }, "http://x/", "de", "de"],
  ] as const
) {
  Deno.test(`errorLanguage() goes by ${name}, though nobody has checked the token`, () => {
    const payload = btoa(JSON.stringify({ user_metadata: metadata })).replaceAll("+", "-").replaceAll("/", "_")
      .replaceAll("=", "");
    const headers = { authorization: `Bearer e30.${payload}.c2ln`, "accept-language": accepted };
    assert.equal(errorLanguage(new Request(url, { headers })), expected);
  });
}

for (const authorization of ["", "Bearer", "Bearer a.b.c", "Bearer sb_secret_x", "Basic eDp5", "Bearer e30.bm9uZQ.x"]) {
  Deno.test(`errorLanguage() makes nothing of '${authorization}'`, () => {
    assert.equal(
      errorLanguage(new Request("http://x/", { headers: { authorization, "accept-language": "de" } })),
      "de",
    );
  });
}
