/** Lines that hold code, and how many of them ran. */
export interface LineCount {
  found: number;
  hit: number;
}

/** Line counts by module of `shared/`, sorted by name, out of an LCOV report with absolute paths below `root`. */
export function coverageByModule(lcov: string, root: string): Map<string, LineCount> {
  const modules = new Map<string, LineCount>();
  for (const record of lcov.split("end_of_record")) {
    const path = record.match(/^SF:(.*)$/m)?.[1];
    if (!path?.startsWith(`${root}shared/`)) continue;
    const module = path.slice(`${root}shared/`.length).split("/")[0] ?? "";
    const lines = { found: numberAfter(record, "LF"), hit: numberAfter(record, "LH") };
    modules.set(module, sumLines([modules.get(module) ?? { found: 0, hit: 0 }, lines]));
  }
  return new Map([...modules].sort(([one], [other]) => one.localeCompare(other)));
}

/** The sum of several counts. */
export function sumLines(counts: LineCount[]): LineCount {
  return counts.reduce((sum, each) => ({ found: sum.found + each.found, hit: sum.hit + each.hit }), {
    found: 0,
    hit: 0,
  });
}

function numberAfter(record: string, key: string): number {
  const value = Number(record.match(new RegExp(`^${key}:(\\d+)$`, "m"))?.[1]);
  if (!Number.isInteger(value)) throw new Error(`Cannot read coverage: a record has no ${key}`);
  return value;
}
