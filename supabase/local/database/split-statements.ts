/** A token that can hide a semicolon, and the semicolon itself. Sticky: tried at one position at a time. */
const TOKEN = new RegExp(
  [
    String.raw`--[^\n]*`,
    String.raw`\/\*`,
    String.raw`[eE]'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)`,
    String.raw`'(?:[^']|'')*(?:'|$)`,
    String.raw`"(?:[^"]|"")*(?:"|$)`,
    String.raw`\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$`,
    String.raw`[\w\u0080-\uffff]+`,
    String.raw`[\s\S]`,
  ].join("|"),
  "gu",
);

/**
 * The statements of a SQL script, each with the comments before it and without its semicolon: what `supabase db push`
 * keeps in `supabase_migrations.schema_migrations`. Knows quotes, dollar quotes, nested comments and `begin atomic`.
 */
export function splitStatements(script: string): string[] {
  const statements: string[] = [];
  const add = (text: string) => {
    const trimmed = text.trim().replace(/;+$/, "").trim();
    if (trimmed !== "") statements.push(trimmed);
  };
  let start = 0;
  let previousWord = "";
  /** How many `begin atomic` and `case` wait for their `end`. */
  let depth = 0;
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(script); match !== null; match = TOKEN.exec(script)) {
    const token = match[0];
    if (token === "/*") TOKEN.lastIndex = endOfComment(script, match.index);
    else if (token.length > 1 && token.startsWith("$")) {
      const close = script.indexOf(token, TOKEN.lastIndex);
      TOKEN.lastIndex = close < 0 ? script.length : close + token.length;
    } else if (token === ";" && depth === 0) {
      add(script.slice(start, TOKEN.lastIndex));
      start = TOKEN.lastIndex;
    } else if (/^\w/.test(token)) {
      const word = token.toLowerCase();
      if (word === "atomic" && previousWord === "begin") depth++;
      else if (depth > 0 && word === "case") depth++;
      else if (depth > 0 && word === "end") depth--;
      previousWord = word;
    }
  }
  add(script.slice(start));
  return statements;
}

function endOfComment(script: string, start: number): number {
  let depth = 0;
  for (let index = start; index < script.length; index++) {
    const pair = script.slice(index, index + 2);
    if (pair === "/*") depth++;
    else if (pair === "*/" && --depth === 0) return index + 2;
    if (pair === "/*" || pair === "*/") index++;
  }
  return script.length;
}
