/**
 * `deno task start`: the whole platform on one machine.
 *
 * @module
 */
import { runCommand } from "./stack/run-command.ts";

await runCommand(Deno.args);
