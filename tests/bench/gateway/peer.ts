/** The peer's exact version: what a figure in the README is about. */
const PEER = "@portkey-ai/gateway@1.15.2";

/** With the newest server its range allows, the peer answers every stream with 500 (its headers are immutable there). */
const MANIFEST = { private: true, type: "module", overrides: { "@hono/node-server": "1.14.0" } };

/** The folder of the peer's package, installed from npm into a scratch folder that later runs find again. */
export async function peerFolder(): Promise<string> {
  const scratch = `${Deno.env.get("TMPDIR") ?? "/tmp"}/signalbox-bench-peer`;
  const folder = `${scratch}/node_modules/@portkey-ai/gateway`;
  try {
    await Deno.stat(`${folder}/build/start-server.js`);
    return folder;
  } catch {
    await Deno.mkdir(scratch, { recursive: true });
  }
  await Deno.writeTextFile(`${scratch}/package.json`, JSON.stringify(MANIFEST));
  const { code, stderr } = await new Deno.Command("npm", {
    args: ["install", "--no-audit", "--no-fund", "--ignore-scripts", PEER],
    cwd: scratch,
    stdout: "null",
    stderr: "piped",
  }).output();
  if (code !== 0) throw new Error(`Cannot install ${PEER}: ${new TextDecoder().decode(stderr)}`);
  return folder;
}
