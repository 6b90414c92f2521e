import assert from "node:assert/strict";
import { openPrepared } from "../fixtures/open-database.ts";

Deno.test("the stand-ins of pg_net, pg_cron and Vault behave as the extensions", async (test) => {
  const database = await openPrepared();
  const failure = async (sql: string) => {
    try {
      await database.script(sql);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    return null;
  };

  await test.step("net queues a request with its parameters in the URL", async () => {
    await database.query('select net.http_get(\'http://x/a?b=1\', \'{"q": "a b&ü/~"}\', \'{"k": "v"}\', 1500)');
    await database.query("select net.http_post('http://x/p', '{\"a\": 1}')");
    await database.query("select net.http_delete('http://x/d')");
    assert.deepEqual(
      await database.query(
        "select method, url, headers, convert_from(body, 'UTF8') as body, timeout_milliseconds as ms from net.http_request_queue order by id",
      ),
      [
        { method: "GET", url: "http://x/a?b=1&q=a%20b%26%C3%BC%2F~", headers: { k: "v" }, body: null, ms: 1500 },
        {
          method: "POST",
          url: "http://x/p",
          headers: { "Content-Type": "application/json" },
          body: '{"a": 1}',
          ms: 5000,
        },
        { method: "DELETE", url: "http://x/d", headers: {}, body: null, ms: 5000 },
      ],
    );
  });

  await test.step("net queues nothing when the transaction rolls back", async () => {
    await database.script("truncate net.http_request_queue");
    await database.script("begin; select net.http_get('http://x/'); rollback");
    assert.deepEqual(await database.query("select * from net.http_request_queue"), []);
  });

  await test.step("net posts JSON only", async () => {
    assert.match(
      await failure("select net.http_post('http://x/', headers := '{\"content-type\": \"text/plain\"}')") ?? "",
      /Content-Type header must be "application\/json"/,
    );
  });

  await test.step("net tells what became of a request", async () => {
    const [queued] = await database.query<{ id: number }>("select net.http_get('http://x/') as id");
    const collect = "select (net._http_collect_response($1)).status::text as status";
    assert.deepEqual(await database.query(collect, [queued?.id]), [{ status: "PENDING" }]);
    await database.query("delete from net.http_request_queue");
    assert.deepEqual(await database.query(collect, [queued?.id]), [{ status: "ERROR" }]);
    await database.query("insert into net._http_response (id, status_code) values ($1, 200)", [queued?.id]);
    assert.deepEqual(await database.query(collect, [queued?.id]), [{ status: "SUCCESS" }]);
  });

  await test.step("cron replaces a job of the same name, and forgets it by name or id", async () => {
    const [first] = await database.query<{ id: number }>("select cron.schedule('j', '5 4 * * *', 'select 1') as id");
    const [second] = await database.query<{ id: number }>("select cron.schedule('j', '30 seconds', 'select 2') as id");
    assert.equal(first?.id, second?.id);
    assert.deepEqual(await database.query("select jobname, schedule, command, username, active from cron.job"), [
      { jobname: "j", schedule: "30 seconds", command: "select 2", username: "postgres", active: true },
    ]);
    await database.query("select cron.alter_job($1, active := false)", [first?.id]);
    assert.deepEqual(await database.query("select active from cron.job"), [{ active: false }]);
    assert.deepEqual(await database.query("select cron.unschedule('j') as done"), [{ done: true }]);
    assert.match(await failure("select cron.unschedule('j')") ?? "", /could not find valid entry for job 'j'/);
    assert.match(await failure("select cron.unschedule(99)") ?? "", /could not find valid entry for job '99'/);
  });

  await test.step("cron takes the schedules that pg_cron takes, and no others", async () => {
    const good = [
      "* * * * *",
      "*/5 0-6 1,15 * mon",
      "0 0 $ * *",
      "59 seconds",
      "@daily",
      "3-59/10 * * 1-12 7",
    ];
    for (const schedule of good) {
      assert.equal(await failure(`select cron.schedule('${schedule}', 'x')`), null, schedule);
    }
    const bad = [
      "61 * * * *",
      "* 24 * * *",
      "* * 0 * *",
      "* * * 13 *",
      "* * * * 8",
      "* * * *",
      "60 seconds",
      "0 seconds",
      "a b c d e",
      "",
      "*/0 * * * *",
    ];
    for (const schedule of bad) {
      assert.equal(await failure(`select cron.schedule('${schedule}', 'x')`), `invalid schedule: ${schedule}`);
    }
  });

  await test.step("vault stores a secret unreadably and shows it decrypted", async () => {
    const [made] = await database.query<{ id: string }>("select vault.create_secret('s3cret', 'k', 'why') as id");
    const [raw] = await database.query<{ secret: string }>("select secret from vault.secrets where name = 'k'");
    assert.equal(raw?.secret.includes("s3cret"), false);
    const shown = "select decrypted_secret as value, description from vault.decrypted_secrets where name = 'k'";
    assert.deepEqual(await database.query(shown), [{ value: "s3cret", description: "why" }]);
    await database.query("select vault.update_secret($1, 'other')", [made?.id]);
    assert.deepEqual(await database.query(shown), [{ value: "other", description: "why" }]);
    assert.match(await failure("select vault.create_secret('x', 'k')") ?? "", /secrets_name_idx/);
    assert.equal(await database.script(shown, "service_role"), "1 row");
    await assert.rejects(database.script(shown, "authenticated"), /permission denied/);
    await assert.rejects(database.script("select vault.create_secret('x')", "anon"), /permission denied/);
  });

  await database.close();
});
