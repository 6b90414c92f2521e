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

/** `db lint` of both schemas: every complaint of plpgsql_check, extra warnings included. */
export async function lintDatabase(cli: SupabaseCli, folder: string, url: string): Promise<Finding[]> {
  const lint = ["db", "lint", `--remote=${url}`, "--schema", "public,private", "--level", "warning"];
  const { code, stdout, stderr } = await cli.run([...lint, "--output-format", "json"], folder);
  if (code !== 0) throw new Error(`Cannot lint the database: ${stdout}${stderr}`);
  const report: { results: { function: string; issues: { message: string }[] }[] } = JSON.parse(stdout);
  return report.results.flatMap(({ function: subject, issues }) => issues.map(({ message }) => ({ subject, message })));
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
