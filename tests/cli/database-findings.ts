import type { SupabaseCli } from "./supabase-cli.ts";

/** Something the CLI's linter or advisors complain about. */
export interface Finding {
  /** What it is about: a function's name or an advisor's cache key. */
  subject: string;
  /** The complaint, in words. */
  message: string;
}

/** Findings that are known and accepted, by subject, each with the reason. */
export type Accepted = Record<string, string>;

/** One issue of plpgsql_check as the CLI reports it. */
export interface LintIssue {
  message: string;
  /** Where in the function; absent for complaints about all of it. */
  context?: string;
}

/**
 * Whether an issue is only that a variable starts as a literal (`v_rows jsonb := '[]'`): plpgsql takes every literal for text
 * and casts it once, which is no mistake and nobody's time.
 */
export function isLiteralDefault({ message, context }: LintIssue): boolean {
  return message === "target type is different type than source type" &&
    /^during statement block local variable "\w+" initialization on line \d+$/.test(context ?? "");
}

/** `db lint` of both schemas: every complaint of plpgsql_check, extra warnings included, literal defaults left out. */
export async function lintDatabase(cli: SupabaseCli, folder: string, url: string): Promise<Finding[]> {
  const lint = ["db", "lint", `--remote=${url}`, "--schema", "public,private", "--level", "warning"];
  const { code, stdout, stderr } = await cli.run([...lint, "--output-format", "json"], folder);
  if (code !== 0) throw new Error(`Cannot lint the database: ${stdout}${stderr}`);
  const report: { results: { function: string; issues: LintIssue[] }[] } = JSON.parse(stdout);
  return report.results.flatMap(({ function: subject, issues }) =>
    issues.filter((issue) => !isLiteralDefault(issue)).map(({ message }) => ({ subject, message }))
  );
}

/** `db advisors`: what the hosted project's security and performance advisors would warn about. */
export async function adviseDatabase(cli: SupabaseCli, folder: string, url: string): Promise<Finding[]> {
  const advise = ["db", "advisors", `--remote=${url}`, "--type", "all", "--level", "warn", "--fail-on", "none"];
  const { code, stdout, stderr } = await cli.run([...advise, "--output-format", "json"], folder);
  if (code !== 0) throw new Error(`Cannot ask the advisors: ${stdout}${stderr}`);
  const report: { results: { cacheKey: string; detail: string }[] } = JSON.parse(stdout);
  return report.results.map(({ cacheKey, detail }) => ({ subject: cacheKey, message: detail }));
}

/** Findings that nobody accepted, and acceptances that accept nothing any more. */
export function openFindings(findings: Finding[], accepted: Accepted): string[] {
  const subjects = new Set(findings.map(({ subject }) => subject));
  return [
    ...findings.filter(({ subject }) => !(subject in accepted)).map(({ subject, message }) => `${subject}: ${message}`),
    ...Object.keys(accepted).filter((subject) => !subjects.has(subject)).map((subject) =>
      `${subject} is accepted in vain`
    ),
  ];
}
