import assert from "node:assert/strict";
import { Catalogue } from "./catalogue.ts";
import { wordingOf } from "./wording.ts";

for (
  const [language, sentence, expected] of [
    ["en", "Cannot chat: there is no such conversation", "Cannot chat: there is no such conversation"],
    [
      "de",
      "Cannot chat: there is no such conversation",
      "Das Gespräch ist nicht möglich: ein solches Gespräch gibt es nicht",
    ],
    ["fr", "Cannot chat: there is no such conversation", "Conversation impossible : cette conversation n'existe pas"],
    ["es", "Cannot chat: there is no such conversation", "No es posible conversar: no existe tal conversación"],
    [
      "de",
      "Cannot use the model gpt-9: it is not known",
      "Das Modell gpt-9 ist nicht verwendbar: es ist nicht bekannt",
    ],
    [
      "de",
      "Cannot admit the request: the organization has 0.42 EUR left, less than the request could cost",
      "Die Anfrage kann nicht zugelassen werden: im Budget (Organisation) sind noch 0.42 EUR übrig, weniger, als die Anfrage kosten könnte",
    ],
  ] as const
) {
  Deno.test(`wordingOf(${language}) says: ${sentence}`, async () =>
    assert.equal((await wordingOf(language)).say(sentence), expected));
}

Deno.test("a sentence of which half has no translation stays English", async () => {
  const { say, title } = await wordingOf("fr");
  for (
    const sentence of [
      "Cannot chat: the moon is full",
      "Cannot yodel: there is no such conversation",
      "Unsupported parameter: 'n'",
    ]
  ) {
    assert.equal(say(sentence), sentence);
  }
  assert.equal(title("I am a teapot"), "I am a teapot");
});

Deno.test("a Catalogue prefers the sentence that says most, and leaves what is filled in alone", () => {
  const catalogue = new Catalogue(
    "{} is not allowed = {} geht nicht\nthe key {} is not allowed = Schlüssel {} geht nicht\nthe body = der Inhalt",
  );
  assert.equal(catalogue.translate("the key x.y* is not allowed"), "Schlüssel x.y* geht nicht");
  assert.equal(catalogue.translate("the body is not allowed"), "der Inhalt geht nicht");
  assert.equal(catalogue.translate("$& is not allowed"), "$& geht nicht");
  assert.equal(catalogue.translate("nothing"), null);
});
