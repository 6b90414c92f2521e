import { readTap } from "./tap.ts";

/** Runs a script of several statements and gives the text of every row it returned, in order. */
export type RunScript = (script: string) => Promise<string[]>;

/** The pgTAP files of this folder, sorted by name. */
export async function pgtapFiles(): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(new URL(".", import.meta.url))) {
    if (entry.name.endsWith(".test.sql")) names.push(entry.name);
  }
  return names.sort();
}

/** The text of one of them, what it includes put in as psql does. */
export async function readPgtapFile(name: string): Promise<string> {
  const text = await Deno.readTextFile(new URL(name, import.meta.url));
  const included = text.match(/^\\ir (\S+)$/m);
  if (included === null) return text;
  const [line, file = ""] = included;
  const inclusion = await readPgtapFile(file);
  return text.replace(line, () => inclusion);
}

/** Runs one file, which begins and rolls back by itself, and reports every assertion as a step of the test. */
export async function runPgtapFile(test: Deno.TestContext, name: string, run: RunScript): Promise<void> {
  const report = readTap(await run(await readPgtapFile(name)));
  for (const { title, passed, diagnostics } of report.assertions) {
    await test.step(title, () => {
      if (!passed) throw new Error(`${name}: ${title}\n${diagnostics}`);
    });
  }
  if (report.problem) throw new Error(`${name}: ${report.problem}`);
}
