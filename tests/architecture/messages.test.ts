/** Every sentence the back end says to a person is there in every language it speaks. */
import { deepEqual, ok } from "node:assert/strict";
import { errorCodes } from "../../shared/errors/mod.ts";
import { acts as german } from "../../shared/messages/german/acts.ts";
import { states as germanStates } from "../../shared/messages/german/states.ts";
import { acts as french } from "../../shared/messages/french/acts.ts";
import { states as frenchStates } from "../../shared/messages/french/states.ts";
import { acts as spanish } from "../../shared/messages/spanish/acts.ts";
import { states as spanishStates } from "../../shared/messages/spanish/states.ts";
import { Catalogue, wordingOf } from "../../shared/messages/mod.ts";
import { readRepository } from "./read-repository.ts";
import { schemaSentencesOf, sentencesOf, statesOf } from "./said-sentences.ts";
import type { Tree } from "./tree.ts";

const catalogues = {
  de: { acts: german, states: germanStates },
  fr: { acts: french, states: frenchStates },
  es: { acts: spanish, states: spanishStates },
};
const tree = await readRepository();

/** Halves of the sentences of a tree, each with where it stands. */
function halves(of: Tree): { acts: Map<string, string>; states: Map<string, string> } {
  const [acts, states] = [new Map<string, string>(), new Map<string, string>()];
  for (const { text, path } of sentencesOf(of)) {
    const at = text.indexOf(": ");
    acts.set(at < 0 ? text : text.slice(0, at), path);
    // What is nothing but a value was said by somebody else: a provider, or a caller's own words.
    if (at > 0 && text.slice(at + 2) !== "{}") states.set(text.slice(at + 2), path);
  }
  for (const { text, path } of [...statesOf(of), ...schemaSentencesOf(of)]) if (text !== "{}") states.set(text, path);
  return { acts, states };
}

for (const [language, { acts, states }] of Object.entries(catalogues)) {
  const [known, knownStates] = [new Catalogue(acts), new Catalogue(states)];

  Deno.test(`every sentence is there in ${language}`, () => {
    const said = halves(tree);
    const missing = [
      ...[...said.acts].filter(([act]) => !known.has(act)),
      ...[...said.states].filter(([state]) => !knownStates.has(state)),
    ].map(([text, path]) =>
      `${text}   (${path}): add it to shared/messages/…/${text.startsWith("Cannot ") ? "acts" : "states"}.ts`
    );
    deepEqual(missing, []);
  });

  Deno.test(`every line of ${language} fills in what the English one does`, () => {
    const count = (text: string) => text.split("{}").length;
    const wrong = `${acts}\n${states}`.split("\n").filter((line) => line.includes(" = ")).filter(
      (line) => {
        const at = line.indexOf(" = ");
        return count(line.slice(0, at)) !== count(line.slice(at + 3)) || line.slice(at + 3).trim() === "";
      },
    );
    deepEqual(wrong, []);
  });

  Deno.test(`no line of ${language} is there twice`, () => {
    for (const lines of [acts, states]) {
      const keys = lines.split("\n").filter((line) => line.includes(" = ")).map((line) =>
        line.slice(0, line.indexOf(" = "))
      );
      deepEqual(keys.filter((key, place) => keys.indexOf(key) !== place), []);
    }
  });

  Deno.test(`every code has a title in ${language}`, async () => {
    const { title } = await wordingOf(language as "de");
    deepEqual(Object.values(errorCodes).map(({ title }) => title).filter((english) => title(english) === english), []);
  });
}

Deno.test("the sentences are found: a missing translation would be seen", () => {
  const said = halves(tree);
  ok(said.acts.size > 100 && said.states.size > 200, `${said.acts.size} acts, ${said.states.size} states`);
  const planted = halves(
    new Map([
      ["shared/x/x.ts", 'throw new AppError("forbidden", `Cannot dance with ${name}: ` +\n  "the floor is wet");'],
      [
        "functions/y/y.ts",
        'function refused(state: string): AppError {\n  return new AppError("a", `Cannot sing: ${state}`);\n}\nrefused("it is late");',
      ],
      [
        "migrations/1_x.sql",
        "raise exception 'Cannot count %: it''s odd', n using errcode = 'PT400';\nraise warning 'Cannot mind: x';\nraise exception 'Cannot happen: ever';",
      ],
      ["functions/y/z.ts", 'z.string().refine(isFine, "must be fine")'],
      ["shared/x/x.test.ts", '"Cannot be seen: in a test"'],
      ["shared/x/w.ts", 'throw new TypeError("Cannot be read: by a caller")'],
    ]) as Tree,
  );
  deepEqual([...planted.acts.keys()], ["Cannot dance with {}", "Cannot sing", "Cannot count {}"]);
  deepEqual([...planted.states.keys()], ["the floor is wet", "it's odd", "it is late", "must be fine"]);
});
