/** What the back end says to a person, over HTTP: in the language of his setting, of ?lang, of Accept-Language, else in English. */
import { deepEqual, equal, match } from "node:assert/strict";
import { startWorld } from "./world.ts";

const NOWHERE = { conversation_id: "00000000-0000-4000-8000-00000000dead" };
const SAID = {
  en: ["Not found", "Cannot read the conversation: there is none with this id"],
  de: ["Nicht gefunden", "Das Gespräch kann nicht gelesen werden: mit dieser Kennung gibt es nichts"],
  fr: ["Introuvable", "Impossible de lire la conversation : il n'y en a pas avec cet identifiant"],
  es: ["No encontrado", "No se puede leer la conversación: no hay ninguno con este identificador"],
};

Deno.test("languages", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const world = await startWorld();
  const { stack } = world;
  const ask = async (
    task: string,
    input: unknown,
    { query = "", token = world.ownerToken, ...headers }: Record<string, string> = {},
  ) => {
    const response = await fetch(`${stack.url}/functions/v1/${task}${query}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        apikey: stack.publishableKey,
        "content-type": "application/json",
        ...headers,
      },
      body: JSON.stringify({ input }),
    });
    return { status: response.status, language: response.headers.get("content-language"), body: await response.json() };
  };

  for (const [language, said] of Object.entries(SAID)) {
    await t.step(`Accept-Language ${language}`, async () => {
      const { status, body, language: told } = await ask("topic-detection", NOWHERE, {
        "accept-language": `${language}-XX,en;q=0.1`,
      });
      deepEqual([status, body.title, body.detail, body.code, told], [404, ...said, "not_found", language]);
    });
  }

  await t.step("?lang before Accept-Language, and a language nobody speaks is none", async () => {
    const french = await ask("topic-detection", NOWHERE, { query: "?lang=fr", "accept-language": "de" });
    equal(french.body.title, SAID.fr[0]);
    const german = await ask("topic-detection", NOWHERE, { query: "?lang=tlh", "accept-language": "de" });
    equal(german.body.title, SAID.de[0]);
    const none = await ask("topic-detection", NOWHERE, { "accept-language": "tlh" });
    equal(none.body.title, SAID.en[0]);
  });

  await t.step("the user's own setting before both, in errors and in answers", async () => {
    const changed = await world.owner.auth.updateUser({ data: { language: "es" } });
    equal(changed.error, null);
    const { data } = await world.owner.auth.refreshSession();
    const token = data.session?.access_token ?? "";
    const { body } = await ask("topic-detection", NOWHERE, { token, query: "?lang=fr", "accept-language": "de" });
    deepEqual([body.title, body.detail], SAID.es);
    const chat = await ask("chat", { message: "hola" }, { token, query: "?lang=fr", "accept-language": "de" });
    equal(chat.body.data.language, "es");
    await world.owner.auth.updateUser({ data: { language: null } });
  });

  await t.step("before anybody is known", async () => {
    const { status, body } = await ask("chat", { message: "x" }, { token: "none", "accept-language": "de" });
    deepEqual([status, body.title], [401, "Nicht angemeldet"]);
    match(body.detail, /^Die Anmeldung ist nicht möglich: /);
    const get = await fetch(`${stack.url}/functions/v1/chat`, { headers: { "accept-language": "fr" } });
    equal((await get.json()).title, "Non authentifié");
  });

  await t.step("what is wrong with an input, each thing by itself", async () => {
    const { status, body } = await ask("chat", { message: 5, colour: "red" }, { "accept-language": "de" });
    equal(status, 400);
    match(body.detail, /^Die Eingabe ist nicht verwendbar: input/);
    // deno-lint-ignore no-explicit-any -- a problem document
    for (const { message } of body.issues as any[]) match(message, /Ungültig|Unbekannt/);
    const own = await ask("topic-detection", {}, { "accept-language": "fr" });
    match(own.body.detail, /nommez conversation_id ou envoyez messages/);
  });

  await t.step("methods, a missing body, an unknown model, the gateway", async () => {
    const method = await fetch(`${stack.url}/functions/v1/chat`, {
      method: "DELETE",
      headers: { apikey: stack.secretKey, "accept-language": "de" },
    });
    equal((await method.json()).title, "Methode nicht erlaubt");
    const gateway = await fetch(`${stack.url}/functions/v1/gateway/v1/chat/completions`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${world.ownerToken}`,
        "content-type": "application/json",
        "accept-language": "es",
      },
      body: JSON.stringify({ model: "gpt-99", messages: [{ role: "user", content: "x" }] }),
    });
    match((await gateway.json()).error.message, /El modelo gpt-99 no se puede usar/);
  });

  await world.stop();
});
