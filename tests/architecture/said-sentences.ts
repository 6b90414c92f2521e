import type { Tree } from "./tree.ts";

/** A sentence the back end says, with `{}` where something is filled in, and where it stands. */
export interface Sentence {
  text: string;
  path: string;
}

/** Parts of the product that speak to people by errors. */
const SPEAKING = /^(?:shared|functions)\/(?!.*(?:\.test\.ts|\/testing\/|\/training\/|\.fixture\.ts)).*\.ts$/;
/** Thrown where only an operator or a programmer reads. */
const INTERNAL =
  /\bnew (?:Error|TypeError|RangeError|SyntaxError|PromptError|ConfigError)\(\s*$|super\(\s*$|raise (?:warning|notice|debug)\s*$/;

/** Every "Cannot …" that a caller can read, from the deployed code and from what the database raises for callers. */
export function sentencesOf(tree: Tree): Sentence[] {
  return [...tree].flatMap(([path, text]) => {
    if (SPEAKING.test(path)) return literalsOf(withoutComments(text)).map((found) => ({ text: found, path }));
    if (/^migrations\/.*\.sql$/.test(path)) return raisedIn(text).map((found) => ({ text: found, path }));
    return [];
  });
}

/**
 * What is put into a sentence by a function of its own, as `refused("the key is malformed")` into `Cannot authenticate: ${state}`:
 * the literals such functions are called with, whole or behind a question mark.
 */
export function statesOf(tree: Tree): Sentence[] {
  return [...tree].filter(([path]) => SPEAKING.test(path)).flatMap(([path, source]) => {
    const text = withoutComments(source);
    const names = [
      ...text.matchAll(/function (\w+)\((\w+): string[^)]*\)[^{]*\{(?:(?!\n\}).)*?[`]Cannot [^`]*\$\{\2\}[^`]*[`]/gs),
    ]
      .map(([, name = ""]) => name);
    return names.flatMap((name) =>
      [...text.matchAll(new RegExp(`(?<!function )\\b${name}\\(\\s*(["\`])`, "g"))]
        .flatMap(({ index, 0: call }) => readLiteral(text, index + call.length - 1)?.text ?? [])
        .map((found) => ({ text: found, path }))
    );
  });
}

/** Sentences of schemas: what `.refine`, `.regex` and their like say in the place of zod. */
export function schemaSentencesOf(tree: Tree): Sentence[] {
  return [...tree].filter(([path]) => SPEAKING.test(path)).flatMap(([path, source]) =>
    [...withoutComments(source).matchAll(/\.(?:refine|regex|check)\((?:[^"`]|"(?!\w))*?,\s*"([a-z][^"]{3,})"/g)]
      .map(([, text = ""]) => ({ text, path }))
  );
}

function literalsOf(text: string): string[] {
  const found: string[] = [];
  for (const { index } of text.matchAll(/["`]Cannot /g)) {
    if (INTERNAL.test(text.slice(Math.max(0, index - 60), index))) continue;
    const literal = readLiteral(text, index);
    if (literal !== null) found.push(literal.text);
  }
  return found;
}

/** The literal at a place with all that is added to it, `{}` for whatever is no text. */
function readLiteral(text: string, start: number): { text: string; end: number } | null {
  const quote = text[start];
  if (quote !== '"' && quote !== "`") return null;
  let value = "";
  let at = start + 1;
  while (at < text.length && text[at] !== quote) {
    if (text[at] === "\\") {
      value += text[at + 1] === "\n" ? "" : text[at + 1];
      at += 2;
    } else if (quote === "`" && text.startsWith("${", at)) {
      let depth = 1;
      at += 2;
      while (depth > 0 && at < text.length) {
        if (text[at] === "{") depth += 1;
        if (text[at] === "}") depth -= 1;
        at += 1;
      }
      value += "{}";
    } else {
      value += text[at];
      at += 1;
    }
  }
  at += 1;
  const more = /^\s*\+\s*(?=["`])/.exec(text.slice(at, at + 200));
  const rest = more === null ? null : readLiteral(text, at + more[0].length);
  return rest === null ? { text: value, end: at } : { text: value + rest.text, end: rest.end };
}

/** SQL states whose words `databaseError` hands on. */
const TOLD = /errcode = '(?:PT\d{3}|22023|55000)'/;

function raisedIn(sql: string): string[] {
  const code = sql.replace(/--.*$/gm, "");
  const found: string[] = [];
  for (const { index, 0: literal } of code.matchAll(/'Cannot (?:[^']|'')*'/g)) {
    const before = code.slice(Math.max(0, index - 40), index);
    const statement = code.slice(index, code.indexOf(";", index));
    if (/raise (?:warning|notice|debug)\s*$/.test(before)) continue;
    if (/raise exception\s*$/.test(before) && !TOLD.test(statement)) continue;
    found.push(literal.slice(1, -1).replaceAll("''", "'").replace(/%s|%I|%L|%/g, "{}"));
  }
  return found;
}

function withoutComments(text: string): string {
  return text.replace(/\/\*\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}
