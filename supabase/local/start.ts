/**
 * `deno task start`: the whole platform on one machine.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { runCommand } from "./stack/run-command.ts";

await runCommand(Deno.args, fileURLToPath(new URL("../../", import.meta.url)));
