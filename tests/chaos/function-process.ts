import type { StandIn } from "../../supabase/local/stand-in/mod.ts";

const root = new URL("../../", import.meta.url).pathname;
const secretKey = "sb_secret_chaos";

/** A deployed function in a process of its own, with its own memory and its own connections, reached over HTTP. */
export interface FunctionProcess {
  pid: number;
  /** Calls the function with the secret key, for an organization. */
  call(orgId: string, body: Record<string, unknown>): Promise<Answered>;
  /** Names of the events it has printed. */
  events(): string[];
  /** Ends it; `SIGKILL` is a crash. */
  stop(signal?: "SIGTERM" | "SIGKILL"): Promise<void>;
}

/** What a call came to. */
export interface Answered {
  status: number;
  retryAfter: string | null;
  // deno-lint-ignore no-explicit-any -- a test looks into bodies whose shape is what it checks
  body: any;
}

/** Starts a function on a direct connection to a database, with OpenAI, Anthropic and Together played by a stand-in. Resolves once it listens. */
export async function startFunction(
  slug: string,
  { databaseUrl, standIn }: { databaseUrl: string; standIn: StandIn },
): Promise<FunctionProcess> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--cached-only", `functions/${slug}/index.ts`],
    cwd: root,
    env: {
      DENO_SERVE_ADDRESS: "tcp:127.0.0.1:0",
      NO_COLOR: "1",
      SUPABASE_URL: "http://127.0.0.1:9",
      SUPABASE_PUBLISHABLE_KEYS: '{"default":"sb_publishable_chaos"}',
      SUPABASE_SECRET_KEYS: JSON.stringify({ default: secretKey }),
      SUPABASE_JWKS: '{"keys":[]}',
      SUPABASE_DB_URL: databaseUrl,
      SIGNALBOX_DB: "direct",
      OPENAI_API_KEY: "chaos",
      OPENAI_BASE_URL: standIn.openaiUrl,
      ANTHROPIC_API_KEY: "chaos",
      ANTHROPIC_BASE_URL: standIn.anthropicUrl,
      TOGETHER_API_KEY: "chaos",
      TOGETHER_BASE_URL: standIn.togetherUrl,
    },
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let printed = "";
  const listening = Promise.withResolvers<string>();
  const reading = child.stderr.pipeThrough(new TextDecoderStream()).pipeTo(
    new WritableStream({
      write(text) {
        printed += text;
        const origin = /Listening on (http:\S+?)\/?\s/.exec(printed)?.[1];
        if (origin !== undefined) listening.resolve(origin);
      },
    }),
  );
  const ended = Promise.all([child.status, reading]).then(() => {
    listening.reject(new Error(`Cannot start ${slug}: it ended with ${printed}`));
  });
  const origin = await listening.promise;
  return {
    pid: child.pid,
    async call(orgId, body) {
      const response = await fetch(`${origin}/${slug}`, {
        method: "POST",
        headers: { apikey: secretKey, "content-type": "application/json" },
        body: JSON.stringify({ org_id: orgId, ...body }),
      });
      return {
        status: response.status,
        retryAfter: response.headers.get("retry-after"),
        body: await response.json(),
      };
    },
    events: () => [...printed.matchAll(/"event":"(\w+)"/g)].map(([, event]) => event ?? ""),
    async stop(signal = "SIGTERM") {
      try {
        child.kill(signal);
      } catch {
        // It has ended already.
      }
      await ended;
    },
  };
}
