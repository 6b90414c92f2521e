/**
 * Type-checks what is deployed with the Deno that the hosted edge runtime is built on, so that no newer API slips in.
 *
 * @module
 */
import { readRepository } from "../architecture/read-repository.ts";
import { tryCommand } from "../postgres/run-command.ts";

/** The stored edge-runtime source embeds Deno 2.1; newer patch releases have the same API. */
const HOSTED_DENO = "2.1.14";

const root = new URL("../../", import.meta.url);

const tree = await readRepository();
const entries = [...tree.keys()].filter((path) => /^(functions\/[^/]+\/index|shared\/[^/]+\/mod)\.ts$/.test(path))
  .sort();
// The older Deno cannot read the lock file of the newer one; versions are pinned by the import map all the same.
const args = ["-y", `deno@${HOSTED_DENO}`, "check", "--no-lock", ...entries];
// It trusts only the certificates it brings; the newer Deno asks the machine too, which a proxy of a company's own needs.
const env = { DENO_TLS_CA_STORE: "system,mozilla" };
const { code, stdout, stderr } = await tryCommand("npx", args, { cwd: root.pathname, env });
Deno.stdout.writeSync(new TextEncoder().encode(`${stdout}${stderr}`));
Deno.exit(code);
