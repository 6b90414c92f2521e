import assert from "node:assert/strict";
import postgres from "postgres";
import { DatabaseUnusableError } from "../database/open-postgres.ts";
import { clientOf, signedUp, startFixture } from "../fixtures/start-fixture.ts";

/** Needs a Postgres 17 whose login may create databases; `deno task test:postgres` provides one. */
const server = Deno.env.get("DATABASE_URL") ?? "";

/** Runs `work` with the URL of an empty database of its own. */
async function withDatabase(work: (url: string, sql: postgres.Sql) => Promise<void>): Promise<void> {
  const admin = postgres(server, { max: 1, onnotice: () => {} });
  const name = `local_${crypto.randomUUID().slice(0, 8)}`;
  await admin`create database ${admin(name)} template template0`;
  const url = new URL(server);
  url.pathname = name;
  const sql = postgres(url.href, { max: 1, onnotice: () => {} });
  try {
    await work(url.href, sql);
  } finally {
    await sql.end();
    await admin`drop database ${admin(name)} with (force)`;
    await admin.unsafe(`drop role if exists ${name}_data_api`);
    await admin.end();
  }
}

Deno.test({
  name: "the stack on a Postgres server",
  ignore: server === "",
  async fn(test) {
    await test.step("runs there, keeps its data there, and lets nobody in as the owner", async () => {
      await withDatabase(async (url, sql) => {
        const environment = { DATABASE_URL: url };
        const stack = await startFixture({ environment });
        const { client, id } = await signedUp(stack, "user@example.com");
        assert.equal((await client.from("notes").insert({ body: "kept", embedding: [1, 2, 3] })).error, null);
        const callers = [
          { client, expected: { role: "authenticated", uid: id } },
          { client: clientOf(stack), expected: { role: "anon", uid: null } },
          { client: clientOf(stack, stack.secretKey), expected: { role: "service_role", uid: null } },
        ];
        await Promise.all(Array.from({ length: 150 }, async (_, index) => {
          const { client, expected } = callers[index % callers.length]!;
          const { data } = await client.rpc("whoami", {}, { get: index % 2 === 0 });
          assert.deepEqual({ role: data.role, uid: data.uid }, expected);
        }));
        assert.equal((await client.from("ungranted").select()).status, 403);
        const [login] = await sql`
          select rolsuper, rolcanlogin, pg_has_role(rolname, 'service_role', 'member') as may_serve,
            (select count(*)::int from pg_class where relowner = r.oid) as owned
          from pg_roles as r where rolname like '%_data_api' and rolname like current_database() || '%'`;
        assert.deepEqual({ ...login }, { rolsuper: false, rolcanlogin: true, may_serve: true, owned: 0 });

        const { data: seen } = await client.functions.invoke("echo");
        assert.equal(seen.environment.SUPABASE_DB_URL, url);

        await assert.rejects(startFixture({ environment }), /another stack is running on that database/);
        await stack.stop();

        const again = await startFixture({ environment });
        const { demo } = again;
        const login2 = await clientOf(again).auth.signInWithPassword({
          email: demo?.email ?? "",
          password: demo?.password ?? "",
        });
        assert.equal(login2.error, null, "the demo's password is the one just told");
        const notes = await clientOf(again, again.secretKey).from("notes").select("body");
        assert.deepEqual(notes.data, [{ body: "kept" }]);
        await again.stop();
      });
    });

    await test.step("sends queued requests and runs jobs where the server cannot", async () => {
      await withDatabase(async (url) => {
        const stack = await startFixture({ environment: { DATABASE_URL: url } });
        await stack.sql("select net.http_get($1)", [`${stack.url}/functions/v1/echo`]);
        await stack.sql("select cron.schedule('each', '1 second', 'select 1')");
        const until = async (query: string) => {
          for (let tries = 0; tries < 200; tries++) {
            const rows = await stack.sql(query);
            if (rows.length > 0) return rows;
            await new Promise((resolve) => setTimeout(resolve, 25));
          }
          return [];
        };
        assert.deepEqual(await until("select status_code from net._http_response"), [{ status_code: 200 }]);
        const runs = await until("select status, return_message from cron.job_run_details where status <> 'running'");
        assert.deepEqual(runs[0], { status: "succeeded", return_message: "1 row" });
        await stack.stop();
      });
    });

    await test.step("goes on by itself when the server has dropped every connection, and was away for a while", async () => {
      await withDatabase(async (url) => {
        const lines: string[] = [];
        const stack = await startFixture({ environment: { DATABASE_URL: url }, onLog: (line) => lines.push(line) });
        const { client } = await signedUp(stack, "patient@example.com");
        const admin = postgres(server, { max: 1, onnotice: () => {} });
        const name = new URL(url).pathname.slice(1);
        const drop = () =>
          admin`select pg_terminate_backend(pid) from pg_stat_activity
            where datname = ${name} and backend_type = 'client backend'`;
        let asking = true;
        // The fast path, transactions of the inner API, and scripts of jobs: each in the middle of something when it happens.
        const crowd = Array.from({ length: 12 }, async (_, index) => {
          while (asking) {
            if (index % 3 === 0) await client.rpc("whoami");
            else if (index % 3 === 1) await client.from("notes").select("body").limit(1);
            else await stack.sql("select pg_sleep(0.01)").catch(() => {});
          }
        });
        await new Promise((resolve) => setTimeout(resolve, 300));
        await admin.unsafe(`alter database ${name} allow_connections false`);
        await drop();
        await new Promise((resolve) => setTimeout(resolve, 1500));
        await admin.unsafe(`alter database ${name} allow_connections true`);
        asking = false;
        await Promise.all(crowd);
        const until = async (holds: () => Promise<boolean>, what: string) => {
          for (let tries = 0; tries < 400; tries++) {
            if (await holds().catch(() => false)) return;
            await new Promise((resolve) => setTimeout(resolve, 50));
          }
          assert.fail(`${what}\n${lines.join("\n")}`);
        };
        await until(async () => (await client.rpc("whoami")).error === null, "the data API answers");
        await until(async () => (await client.from("notes").select("body")).error === null, "so does its inner part");
        await stack.sql("select net.http_get($1)", [`${stack.url}/functions/v1/echo`]);
        await stack.sql("select cron.schedule('each', '1 second', 'select 1')");
        await until(
          async () => (await stack.sql("select from net._http_response where status_code = 200")).length > 0,
          "requests are sent",
        );
        await until(
          async () => (await stack.sql("select from cron.job_run_details where status = 'succeeded'")).length > 0,
          "jobs run",
        );
        await admin.end();
        await stack.stop();
      });
    });

    await test.step("refuses a database that holds something of somebody else's", async () => {
      await withDatabase(async (url, sql) => {
        await sql`create table public.customers (id int)`;
        await assert.rejects(startFixture({ environment: { DATABASE_URL: url } }), (error) => {
          assert.ok(error instanceof DatabaseUnusableError);
          assert.match(error.message, /that database is not empty \(public\.customers\)/);
          return true;
        });
        assert.deepEqual([...await sql`select nspname from pg_namespace where nspname = 'auth'`], []);
      });
    });

    await test.step("says when nobody answers", async () => {
      const environment = { DATABASE_URL: "postgres://postgres@127.0.0.1:1/x" };
      await assert.rejects(startFixture({ environment }), DatabaseUnusableError);
    });
  },
});
