import { equal, match, rejects } from "node:assert/strict";
import { join } from "node:path";
import { startIsolates } from "./mod.ts";
import { startFixtures } from "./fixtures/start-fixtures.ts";

const answering = (text: string) => `export default { fetch: () => new Response(${JSON.stringify(text)}) };\n`;

Deno.test("startIsolates({ watch: true }) runs an edited function, shared module and configuration at the next request", async () => {
  const dir = await Deno.realPath(await Deno.makeTempDir());
  const write = (path: string, text: string) => Deno.writeTextFile(join(dir, path), text);
  for (const folder of ["functions/one", "shared", "supabase"]) {
    await Deno.mkdir(join(dir, folder), { recursive: true });
  }
  await write("deno.json", JSON.stringify({ imports: { "@shared/": "./shared/" }, lock: false }));
  await write("supabase/config.toml", "[functions.one]\nverify_jwt = false\n");
  await write("shared/word.ts", `export const word = "first";\n`);
  await write(
    "functions/one/index.ts",
    `import { word } from "@shared/word.ts";\n${answering("?").replace('"?"', "word")}`,
  );
  await using fixtures = await startFixtures({
    functionsDir: join(dir, "functions"),
    configToml: join(dir, "supabase/config.toml"),
    importMap: join(dir, "deno.json"),
    watch: true,
  });
  const edit = async (path: string, text: string, seen: string) => {
    fixtures.lines.length = 0;
    await write(path, text);
    await fixtures.printed(seen);
  };
  const answer = async (path: string) => await (await fixtures.call(path)).text();
  equal(await answer("one"), "first");
  await edit("shared/word.ts", `export const word = "second";\n`, "[one] edited");
  equal(await answer("one"), "second");
  await edit("functions/one/index.ts", answering("third"), "[one] edited");
  equal(await answer("one"), "third");
  await Deno.mkdir(join(dir, "functions/two"));
  await write("functions/two/index.ts", answering("another"));
  await edit("supabase/config.toml", "[functions.two]\nverify_jwt = false\n", "config.toml was taken over");
  equal(await answer("two"), "another");
  equal((await fixtures.call("one")).status, 404);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("startIsolates() needs a configuration that exists and can be read", async () => {
  const options = { functionsDir: ".", importMap: "deno.json", env: {}, publicUrl: "http://a", watch: false, log() {} };
  await rejects(startIsolates({ ...options, configToml: "/nowhere/config.toml" }), Deno.errors.NotFound);
});

Deno.test("Functions end with their host, also when it is killed", async () => {
  const script = `
    import { startFixtures } from ${JSON.stringify(new URL("./fixtures/start-fixtures.ts", import.meta.url).href)};
    const fixtures = await startFixtures();
    Deno.stdout.writeSync(new TextEncoder().encode(await (await fixtures.call("probe/process")).text() + "\\n"));`;
  const config = new URL("../deno.json", import.meta.url).pathname;
  const host = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", "--config", config, "--ext=ts", "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = host.stdin.getWriter();
  await writer.write(new TextEncoder().encode(script));
  await writer.close();
  const { value } = await host.stdout.getReader().read();
  const pid = Number(new TextDecoder().decode(value));
  match(String(pid), /^\d+$/);
  host.kill("SIGKILL");
  await host.status;
  // The end of its standard input is all that tells the function; the kernel delivers it in its own time.
  while (isRunning(pid)) await new Promise((resume) => setTimeout(resume, 5));
});

function isRunning(pid: number): boolean {
  try {
    return !Deno.readTextFileSync(`/proc/${pid}/stat`).includes(") Z ");
  } catch {
    return false;
  }
}
