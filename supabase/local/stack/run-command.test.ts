import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { StackFile } from "./stack-file.ts";

const local = fileURLToPath(new URL("../", import.meta.url));

/** A stack in a process of its own, as `deno task start` runs it, but on the fixture project. */
class Command {
  readonly process: Deno.ChildProcess;
  #output = "";
  readonly #reader: ReadableStreamDefaultReader<string>;

  constructor(folder: string, ...flags: string[]) {
    this.process = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", join(local, "fixtures/start-command.ts"), `--data=${folder}`, ...flags],
      cwd: local,
      env: { OPENAI_API_KEY: "unused", DATABASE_URL: "" },
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#reader = this.process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Reads what it prints until it is ready. */
  async ready(): Promise<string> {
    while (!this.#output.includes("Signalbox is ready")) {
      const { value, done } = await this.#reader.read();
      if (done) throw new Error(`The command ended: ${this.#output}${await new Response(this.process.stderr).text()}`);
      this.#output += value;
    }
    return this.#output;
  }

  async ended(): Promise<{ code: number; errors: string }> {
    for (let done = false; !done;) ({ done } = await this.#reader.read());
    const errors = await new Response(this.process.stderr).text();
    return { code: (await this.process.status).code, errors };
  }
}

async function readStackFile(folder: string): Promise<StackFile> {
  return JSON.parse(await Deno.readTextFile(join(folder, "stack.json")));
}

function exists(path: string): Promise<boolean> {
  return Deno.stat(path).then(() => true, () => false);
}

Deno.test({
  name: "deno task start",
  // Its signals and file modes are those of Unix.
  ignore: Deno.build.os === "windows",
  async fn(test) {
    const folder = await Deno.makeTempDir();
    const stackFile = join(folder, "stack.json");
    let facts: StackFile | null = null;

    const first = new Command(folder, "--port=0");
    await test.step("prints one line when it is ready, and writes stack.json for its owner's eyes", async () => {
      const output = await first.ready();
      facts = await readStackFile(folder);
      assert.deepEqual(Object.keys(facts), ["url", "dashboard_url", "publishable_key", "secret_key", "demo"]);
      const line = output.trimEnd().split("\n").at(-1) ?? "";
      for (const part of [facts.url, facts.publishable_key, facts.secret_key, facts.demo?.password ?? "?"]) {
        assert.ok(line.includes(part), `${line} has ${part}`);
      }
      assert.equal(((await Deno.stat(stackFile)).mode ?? 0) & 0o777, 0o600);
    });
    const { url, publishable_key, demo } = await readStackFile(folder);
    const signIn = async (origin: string) => {
      const answer = await fetch(`${origin}/auth/v1/token?grant_type=password`, {
        method: "POST",
        headers: { apikey: publishable_key, "content-type": "application/json" },
        body: JSON.stringify({ email: demo?.email, password: demo?.password }),
      });
      return { status: answer.status, session: await answer.json() };
    };
    const { session } = await signIn(url);

    await test.step("refuses a second start on the same folder, and leaves the first alone", async () => {
      const { code, errors } = await new Command(folder, "--port=0").ended();
      assert.equal(code, 1);
      assert.match(errors, /^Cannot start on .*: another stack is running there\. Stop it/m);
      assert.equal(await exists(stackFile), true);
    });

    await test.step("refuses a port that is taken", async () => {
      const port = new URL(url).port;
      const { code, errors } = await new Command("memory", `--port=${port}`).ended();
      assert.equal(code, 1);
      assert.match(errors, new RegExp(`^Cannot listen on port ${port}: another program uses it`, "m"));
    });

    await test.step("starts again after kill -9 with the same keys, users and sessions", async () => {
      first.process.kill("SIGKILL");
      await first.ended();
      const second = new Command(folder, `--port=${new URL(url).port}`);
      await second.ready();
      assert.deepEqual(await readStackFile(folder), facts);
      assert.equal((await signIn(url)).status, 200);
      const user = await fetch(`${url}/auth/v1/user`, {
        headers: { apikey: publishable_key, authorization: `Bearer ${session.access_token}` },
      });
      assert.equal((await user.json()).email, demo?.email);
      second.process.kill("SIGTERM");
      assert.equal((await second.ended()).code, 0);
    });

    await test.step("removes stack.json when a signal ends it, and keeps the data", async () => {
      assert.equal(await exists(stackFile), false);
      assert.equal(await exists(join(folder, "postgres")), true);
      assert.equal(await exists(join(folder, "keys.json")), true);
    });

    await test.step("has no demo when told so", async () => {
      const third = new Command(folder, "--port=0", "--no-demo");
      await third.ready();
      assert.equal((await readStackFile(folder)).demo, null);
      // As a group gets it: from the terminal, and passed on by `deno task`.
      for (const signal of ["SIGINT", "SIGTERM", "SIGINT"] as const) third.process.kill(signal);
      assert.equal((await third.ended()).code, 0);
      assert.equal(await exists(stackFile), false);
    });

    await test.step("ends with the npx that launched it, when only that gets the signal", async () => {
      const start = `"${Deno.execPath()}" run -A --no-check "${join(local, "fixtures/start-command.ts")}"`;
      const npx = new Deno.Command("sh", {
        // A shell, and a task below it, as npx and `deno task` stand over the command.
        args: ["-c", `sh -c '${start} --data="${folder}" --port=0 --no-demo; true'; true`],
        cwd: local,
        env: { OPENAI_API_KEY: "unused", DATABASE_URL: "", npm_lifecycle_event: "npx" },
        stdout: "piped",
        stderr: "inherit",
      }).spawn();
      const printed = npx.stdout.pipeThrough(new TextDecoderStream());
      let output = "";
      for await (const text of printed) {
        if (!output.includes("is ready") && (output + text).includes("is ready")) npx.kill("SIGTERM");
        output += text;
      }
      assert.match(output, /Stopping\n$/);
      await npx.status;
      assert.equal(await exists(stackFile), false);
    });

    await test.step("survives a kill in the middle of its very first preparation", async () => {
      const fresh = await Deno.makeTempDir();
      const killed = new Command(fresh, "--port=0");
      while (!await exists(join(fresh, "postgres.tmp"))) await new Promise((resolve) => setTimeout(resolve, 5));
      killed.process.kill("SIGKILL");
      await killed.ended();
      assert.equal(await exists(join(fresh, "postgres")), false);
      const again = new Command(fresh, "--port=0");
      await again.ready();
      again.process.kill("SIGTERM");
      assert.equal((await again.ended()).code, 0);
      await Deno.remove(fresh, { recursive: true });
    });

    await Deno.remove(folder, { recursive: true });
  },
});
