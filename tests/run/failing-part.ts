/** Lines of a failed run that are worth showing. */
const MOST_LINES = 400;

/** The part of a test run's output that says what failed: from Deno's heading on, else all without progress lines; cut when it is very long. */
export function failingPart(output: string): string {
  const lines = output.trimEnd().split("\n").filter((line) => !/^(Check|Download|Initialize) /.test(line));
  const errors = lines.findIndex((line) => line.trim() === "ERRORS");
  const shown = lines.slice(Math.max(errors, 0));
  if (shown.length <= MOST_LINES) return shown.join("\n");
  return [...shown.slice(0, MOST_LINES), `… and ${shown.length - MOST_LINES} more lines`].join("\n");
}
