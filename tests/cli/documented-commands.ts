/** A command line of the Supabase CLI, without the values. */
export interface DocumentedCommand {
  /** `db push`, `functions deploy`. */
  words: string[];
  /** `--use-api`, `-f`. */
  options: string[];
}

/** The lines of a Markdown page that call the Supabase CLI, as somebody would paste them. */
export function documentedCommands(page: string): string[] {
  return [...page.matchAll(/^supabase .*$/gm)].map(([line]) => line.replace(/\s+#.*$/, ""));
}

/** Takes a command line apart. Words after the second are values. */
export function readCommand(line: string): DocumentedCommand {
  const parts = line.replace(/\s+#.*$/, "").split(/\s+/).slice(1);
  const firstOption = parts.findIndex((part) => part.startsWith("-"));
  const words = (firstOption < 0 ? parts : parts.slice(0, firstOption)).filter((part) => /^[a-z-]+$/.test(part)).slice(
    0,
    2,
  );
  return { words, options: parts.filter((part) => part.startsWith("-")).map((part) => part.replace(/=.*$/, "")) };
}
