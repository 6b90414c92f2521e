/** How the tests of a run ended. Steps count as tests: a pgTAP assertion is a step. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Reads the totals of Deno's JUnit report. Throws when the text is not one. */
export function countResults(report: string): Counts {
  const attributes = report.match(/<testsuites ([^>]*)>/)?.[1];
  if (attributes === undefined) throw new Error("Cannot count test results: the report has no <testsuites>");
  const total = Number(attributes.match(/\btests="(\d+)"/)?.[1]);
  const failed = Number(attributes.match(/\bfailures="(\d+)"/)?.[1]) +
    Number(attributes.match(/\berrors="(\d+)"/)?.[1]);
  const skipped = report.match(/<skipped\/>/g)?.length ?? 0;
  if (!Number.isInteger(total) || !Number.isInteger(failed)) {
    throw new Error(`Cannot count test results: <testsuites ${attributes}>`);
  }
  return { passed: total - failed - skipped, failed, skipped };
}

/** The sum of several runs. */
export function addCounts(counts: Counts[]): Counts {
  const sum = (pick: (each: Counts) => number) => counts.reduce((total, each) => total + pick(each), 0);
  return {
    passed: sum((each) => each.passed),
    failed: sum((each) => each.failed),
    skipped: sum((each) => each.skipped),
  };
}
