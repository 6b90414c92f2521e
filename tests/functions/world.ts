import { deepEqual, equal } from "node:assert/strict";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { type Stack, startStack } from "../../supabase/local/mod.ts";
import { type StandIn, startStandIn } from "../../supabase/local/stand-in/mod.ts";

/** A started stack with provider stand-ins that the test steers, and somebody signed in. */
export interface World {
  stack: Stack;
  standIn: StandIn;
  /** Signed in as the demo organization's owner. */
  owner: SupabaseClient;
  ownerToken: string;
  orgId: string;
  /** Calls a function with raw fetch: the owner's token unless headers say otherwise. */
  call(task: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Signs up a user and makes him a member of an organization (made if its name is new). */
  member(
    name: string,
    organization: string,
    role: string,
  ): Promise<{ client: SupabaseClient; token: string; orgId: string }>;
  /** Waits until nothing is held any more: settles run after the answer. */
  settled(): Promise<void>;
  /** Takes the faults away, waits until what they hit is settled, and closes the breakers they opened. */
  recover(): Promise<void>;
  /** Throws unless every upstream HTTP request is a call row and the ledger agrees with itself. */
  accountedFor(): Promise<void>;
  /** Requests that a test wrote into the log itself, past the ledger, which cannot know their calls. */
  written: Set<string>;
  /** Stops it. Throws when the ledger does not agree with itself: every suite ends by reading its check. */
  stop(): Promise<void>;
}

/** An HTTP answer, read. */
export interface Answer {
  status: number;
  headers: Headers;
  // deno-lint-ignore no-explicit-any -- a test looks into bodies whose shape is what it checks
  body: any;
}

/**
 * Starts a world. Provider keys point at a stand-in of the test's own, so that it can set faults and read the journal.
 *
 * @param databaseUrl An empty database of a Postgres server; null = the embedded one.
 * @param environment Further secrets of the functions.
 */
export async function startWorld(
  databaseUrl: string | null = null,
  environment: Record<string, string> = {},
): Promise<World> {
  const standIn = await startStandIn({});
  const stack = await startStack({
    environment: {
      // Embedded Postgres is one session for everybody: on a busy machine a crowd waits longer in its queue than a call may take.
      SIGNALBOX_DB_TIMEOUT: "120",
      ...environment,
      OPENAI_API_KEY: "test",
      OPENAI_BASE_URL: standIn.openaiUrl,
      ANTHROPIC_API_KEY: "test",
      ANTHROPIC_BASE_URL: standIn.anthropicUrl,
      TOGETHER_API_KEY: "test",
      TOGETHER_BASE_URL: standIn.togetherUrl,
      ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }),
    },
  });
  const demo = stack.demo;
  if (demo === null) throw new Error("Cannot test: the stack has no demo organization");
  // The minute's health probes close breakers and ask for models while a test counts or opens some. What they do has a test of its own.
  await stack.sql("select cron.unschedule('signalbox-request-probes')");
  const owner = connect(stack);
  const { data, error } = await owner.auth.signInWithPassword({ email: demo.email, password: demo.password });
  if (error) throw error;
  const ownerToken = data.session.access_token;
  const written = new Set<string>();

  async function settled(): Promise<void> {
    for (let round = 0; round < 2400; round++) {
      const rows = await stack.sql("select 1 from public.ai_holds where status = 'held'");
      if (rows.length === 0) return;
      await new Promise((done) => setTimeout(done, 25));
    }
    throw new Error("Cannot go on: a hold was not settled within a minute");
  }

  return {
    written,
    stack,
    standIn,
    owner,
    ownerToken,
    orgId: demo.orgId,
    call: async (task, body, headers) => {
      const response = await fetch(`${stack.url}/functions/v1/${task}`, {
        method: "POST",
        headers: headers ?? {
          authorization: `Bearer ${ownerToken}`,
          apikey: stack.publishableKey,
          "content-type": "application/json",
        },
        body: typeof body === "string" ? body : JSON.stringify(body),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text === "" ? null : JSON.parse(text) };
    },
    member: async (name, organization, role) => {
      const client = connect(stack);
      const signUp = await client.auth.signUp({ email: `${name}@test.example`, password: `${name}-password-1` });
      if (signUp.error || !signUp.data.session) throw signUp.error ?? new Error("Cannot sign up: no session");
      const slug = organization.toLowerCase();
      await stack.sql("insert into public.organizations (name, slug) values ($1, $2) on conflict do nothing", [
        organization,
        slug,
      ]);
      const [row] = await stack.sql<{ id: string }>("select id from public.organizations where slug = $1", [slug]);
      const orgId = row?.id ?? "";
      await stack.sql("insert into public.organization_members (org_id, user_id, role) values ($1, $2, $3)", [
        orgId,
        signUp.data.user?.id,
        role,
      ]);
      return { client, token: signUp.data.session.access_token, orgId };
    },
    settled,
    recover: async () => {
      standIn.control.setFaults([]);
      await settled();
      await stack.sql("delete from public.ai_breakers");
    },
    accountedFor: async () => {
      await settled();
      const [calls] = await stack.sql<{ n: number }>("select count(*)::integer as n from public.ai_call_logs");
      equal(calls?.n, standIn.control.requests().total);
      deepEqual(await stack.sql("select * from public.ai_ledger_check"), []);
    },
    stop: async () => {
      const problems = await stack.sql<{ problem: string; reference: string; expected: unknown; actual: unknown }>(
        "select problem, reference, expected, actual from public.ai_ledger_check",
      );
      const wrong = problems.filter(({ reference }) => !written.has(reference));
      await stack.stop();
      await standIn.stop();
      if (wrong.length > 0) throw new Error(`The ledger does not agree with itself: ${JSON.stringify(wrong)}`);
    },
  };
}

/** A supabase-js client without a session. */
export function connect(stack: Stack): SupabaseClient {
  return createClient(stack.url, stack.publishableKey, { auth: { persistSession: false, autoRefreshToken: false } });
}
