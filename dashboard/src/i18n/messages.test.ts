import assert from "node:assert/strict";
import { LANGUAGES, type Messages, preferredLanguage, renderMessage } from "./messages.ts";

const source = new URL("../", import.meta.url);

async function* messageFiles(folder: URL): AsyncGenerator<URL> {
  for await (const entry of Deno.readDir(folder)) {
    if (entry.isDirectory) yield* messageFiles(new URL(`${entry.name}/`, folder));
    else if (/-messages\.ts$/.test(entry.name)) yield new URL(entry.name, folder);
  }
}

const placeholders = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();

Deno.test("every message has a text in every language, with the same placeholders and plurals", async () => {
  const problems: string[] = [];
  let count = 0;
  for await (const file of messageFiles(source)) {
    const parts: Record<string, Messages> = await import(file.href);
    for (const [key, message] of Object.values(parts).flatMap((messages) => Object.entries(messages))) {
      count++;
      const name = `${file.pathname.slice(source.pathname.length)} ${key}`;
      if (message.length !== LANGUAGES.length) problems.push(`${name} has ${message.length} texts`);
      if (message.some((text) => text.trim() === "")) problems.push(`${name} is empty in one language`);
      const [first, ...others] = message.map((text) => JSON.stringify(placeholders(text)));
      if (others.some((each) => each !== first)) problems.push(`${name} has other placeholders in one language`);
      if (new Set(message.map((text) => text.includes("|"))).size > 1) problems.push(`${name} lacks a plural`);
    }
  }
  assert.deepEqual(problems, []);
  assert.ok(count > 100, `only ${count} messages were found`);
});

Deno.test("renderMessage fills placeholders and chooses the plural of the language", () => {
  const message = [
    "{count} row|{count} rows",
    "{count} Zeile|{count} Zeilen",
    "{count} ligne|{count} lignes",
    "{count} fila|{count} filas",
  ] as const;
  assert.equal(renderMessage(message, "en", { count: 1 }), "1 row");
  assert.equal(renderMessage(message, "de", { count: 1200 }), "1.200 Zeilen");
  assert.equal(renderMessage(message, "fr", { count: 0 }), "0 ligne");
  assert.equal(renderMessage(["{who} did", "", "", ""], "en", { who: "Ann" }), "Ann did");
});

Deno.test("preferredLanguage takes the first one spoken here", () => {
  assert.equal(preferredLanguage(["it", "fr-CH", "en"]), "fr");
  assert.equal(preferredLanguage(["ja"]), "en");
});
