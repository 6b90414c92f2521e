/** The report that holds all measured figures. */
export const reportFile = new URL("../../docs/complexity.md", import.meta.url);

/** Puts measured figures between `<!-- name:begin -->` and `<!-- name:end -->` of docs/complexity.md; the prose around stays. */
export function replaceFigures(name: string, figures: string): void {
  const text = Deno.readTextFileSync(reportFile);
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`Cannot write figures: docs/complexity.md has no part called ${name}`);
  Deno.writeTextFileSync(reportFile, `${text.slice(0, from + begin.length)}\n\n${figures.trim()}\n\n${text.slice(to)}`);
}

/** Puts generated files into the repository's format. */
export async function formatWritten(...files: URL[]): Promise<void> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--quiet", ...files.map(({ pathname }) => pathname)],
    cwd: new URL("../../", import.meta.url),
  }).output();
  if (!success) throw new Error("Cannot format the generated files");
}
