/** One `ok` or `not ok` line with the diagnostics below it. */
export interface TapAssertion {
  title: string;
  passed: boolean;
  /** What pgTAP says about a failure; empty for a pass. */
  diagnostics: string;
}

/** What a pgTAP file reported. */
export interface TapReport {
  assertions: TapAssertion[];
  /** Why the whole is not to be trusted although no assertion failed; null when it adds up. */
  problem: string | null;
}

/** Reads the text rows of a pgTAP script in the order they were returned; rows that are no TAP are skipped. */
export function readTap(rows: string[]): TapReport {
  const assertions: TapAssertion[] = [];
  let planned: number | null = null;
  for (const line of rows.flatMap((row) => row.split("\n"))) {
    const plan = line.match(/^1\.\.(\d+)/);
    if (plan) planned = Number(plan[1]);
    const result = line.match(/^(not )?ok \d+(?: - (.*))?$/);
    if (result) assertions.push({ title: result[2] ?? "unnamed", passed: !result[1], diagnostics: "" });
    const last = assertions.at(-1);
    if (line.startsWith("#") && last && !last.passed) last.diagnostics += `${line.replace(/^#\s?/, "")}\n`;
  }
  return { assertions, problem: problemWith(assertions.length, planned) };
}

function problemWith(count: number, planned: number | null): string | null {
  if (planned === null) return "The file has no plan";
  if (count === 0) return "The file asserted nothing";
  if (count !== planned) return `The file planned ${planned} assertions and ran ${count}`;
  return null;
}
