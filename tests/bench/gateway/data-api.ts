import { freePort } from "./subjects.ts";

/** A Data API in front of a database. */
export interface DataApi {
  url: string;
  publishableKey: string;
  secretKey: string;
  stop(): Promise<void>;
}

const root = new URL("../../../", import.meta.url).pathname;

/** The local stack's Data API (`@supabase/lite`) over an empty database, which it migrates first. Hosted, it is PostgREST. */
export async function startDataApi(databaseUrl: string): Promise<DataApi> {
  const folder = await Deno.makeTempDir({ prefix: "signalbox-bench-" });
  const port = freePort();
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--config", "supabase/local/deno.json", "supabase/local/start.ts"],
      ...["--port", String(port), "--no-demo", "--data", folder],
    ],
    cwd: root,
    env: { DATABASE_URL: databaseUrl, NO_COLOR: "1" },
    stdout: "null",
    stderr: "null",
  }).spawn();
  for (let round = 0; round < 600; round++) {
    const text = await Deno.readTextFile(`${folder}/stack.json`).catch(() => null);
    if (text !== null) {
      const stack = JSON.parse(text);
      return {
        url: stack.url,
        publishableKey: stack.publishable_key,
        secretKey: stack.secret_key,
        async stop() {
          child.kill("SIGTERM");
          await child.status;
          await Deno.remove(folder, { recursive: true });
        },
      };
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  child.kill("SIGKILL");
  throw new Error("Cannot measure the Data API: the local stack did not start within a minute");
}
