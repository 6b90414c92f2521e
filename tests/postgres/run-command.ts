/** What a finished program left behind. */
export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end without a terminal and without input; never throws on a bad exit. */
export async function tryCommand(
  program: string,
  args: string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<CommandResult> {
  const command = new Deno.Command(program, { ...options, args, stdin: "null", stdout: "piped", stderr: "piped" });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** As {@linkcode tryCommand}, but a bad exit throws with the end of what the program said. */
export async function runCommand(
  program: string,
  args: string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<CommandResult> {
  const result = await tryCommand(program, args, options);
  if (result.code !== 0) {
    const said = (result.stderr || result.stdout).trim().split("\n").slice(-15).join("\n");
    throw new Error(`Cannot run ${program} ${args[0] ?? ""}: exit ${result.code}\n${said}`);
  }
  return result;
}
