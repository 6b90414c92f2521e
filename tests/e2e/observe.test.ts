/** Costs, requests, one request's story, models and quality: what they show equals SQL run beside it, and what they do is done. */
import assert from "node:assert/strict";
import { startDashboardWorld, stat } from "./dashboard-world.ts";
import { makeHistory } from "./history.ts";
import { makeTraffic } from "./traffic.ts";

const days = "(r.created_at at time zone 'Europe/Berlin')::date > (now() at time zone 'Europe/Berlin')::date - 30";

Deno.test({
  name: "dashboard: costs, requests, models, quality",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(test) {
    const dashboard = await startDashboardWorld();
    const { world, browser, visit } = dashboard;
    const { sql } = world.stack;
    try {
      const traffic = await makeTraffic(world);
      await makeHistory(world);

      await test.step("costs: every split adds up to what the log says, and goes to its requests", async () => {
        const page = await visit("/demo/costs?by=task");
        const table = page.getByRole("region", { name: "In detail" }).getByRole("table");
        await table.getByRole("row").nth(2).waitFor();
        const wanted = await sql<{ task: string; requests: number }>(
          `select r.task, count(*)::int as requests from public.ai_request_logs as r where r.org_id = $1 and ${days} group by 1 order by sum(r.cost_usd) desc`,
          [world.orgId],
        );
        for (const { task, requests } of wanted) {
          const row = table.getByRole("row", { name: task });
          assert.equal(await row.getByRole("cell").first().innerText(), requests.toLocaleString("en-GB"));
        }
        const total = wanted.reduce((sum, { requests }) => sum + requests, 0);
        assert.equal(await page.locator("[data-total] td").first().innerText(), total.toLocaleString("en-GB"));

        await page.getByRole("button", { name: "Subject" }).click();
        const [lead] = await sql<{ id: string; requests: number }>(
          `select r.subject_id as id, count(*)::int as requests from public.ai_request_logs as r
           where r.org_id = $1 and r.subject_type = 'lead' and ${days} group by 1 order by sum(r.cost_usd) desc limit 1`,
          [world.orgId],
        );
        const row = table.getByRole("row", { name: new RegExp(`^lead:${lead?.id} `) });
        assert.equal(await row.getByRole("cell").first().innerText(), String(lead?.requests));
        await row.getByRole("link").click();
        await page.getByRole("heading", { level: 1, name: "Requests" }).waitFor();
        assert.equal(new URL(page.url()).searchParams.get("subject"), `lead:${lead?.id}`);
        await page.getByRole("table").getByRole("row").nth(lead?.requests ?? 0).waitFor();
        await page.context().close();
      });

      await test.step("costs: the period before stands beside each part", async () => {
        const page = await visit("/demo/costs?by=task&range=7d&compare=1");
        const table = page.getByRole("region", { name: "In detail" }).getByRole("table");
        const cell = table.getByRole("row", { name: "classify-lead" }).locator("[data-title=Before]");
        await cell.waitFor();
        const [{ cost = 0 } = {}] = await sql<{ cost: number }>(
          `select (sum(r.cost_usd) * (select x.rate from public.ai_exchange_rates as x where x.currency = 'EUR' order by x.effective_from desc limit 1))::float8 as cost
           from public.ai_request_logs as r where r.org_id = $1 and r.task = 'classify-lead'
             and (r.created_at at time zone 'Europe/Berlin')::date between (now() at time zone 'Europe/Berlin')::date - 13 and (now() at time zone 'Europe/Berlin')::date - 7`,
          [world.orgId],
        );
        const shown = Number((await cell.innerText()).replace("€", ""));
        assert.ok(Math.abs(shown - cost) < cost * 0.01, `${shown} is not ${cost}`);
        await page.context().close();
      });

      await test.step("costs: all rows as a file", async () => {
        const page = await visit("/demo/costs?by=model");
        const download = page.waitForEvent("download");
        await page.getByRole("button", { name: "Export CSV" }).click();
        const file = await download;
        assert.match(file.suggestedFilename(), /^signalbox-demo-model-\d{4}-\d{2}-\d{2}-\d{4}-\d{2}-\d{2}\.csv$/);
        const lines = (await Deno.readTextFile(await file.path())).trim().split(/\r?\n/);
        assert.match(lines[0] ?? "", /model,name,requests,input_tokens,output_tokens,cost_usd,cost_eur/);
        const requests = lines.slice(1).map((line) => Number(line.split(",")[2]));
        const [{ count = 0 } = {}] = await sql<{ count: number }>(
          `select count(*)::int as count from public.ai_request_logs as r where r.org_id = $1 and ${days}`,
          [world.orgId],
        );
        assert.equal(requests.reduce((sum, each) => sum + each, 0), count);
        await page.context().close();
      });

      await test.step("costs: what a policy change would cost is what simulate_policy says", async () => {
        const page = await visit("/demo/costs?range=today");
        const card = page.getByRole("region", { name: "What would a policy change cost?" });
        await card.getByLabel("Task").selectOption("classify-lead");
        await card.getByLabel("Starts with").selectOption("large");
        await card.getByRole("button", { name: "Simulate" }).click();
        await card.locator("[data-stat=simulation-would]").waitFor();
        const [{ answer } = { answer: null }] = await sql<{ answer: { cost_ratio: number; requests: number } }>(
          `select public.simulate_policy('{"task": "classify-lead", "base_tier": "large"}', $1,
             date_trunc('day', now() at time zone 'Europe/Berlin') at time zone 'Europe/Berlin', now() + interval '1 day') as answer`,
          [world.orgId],
        );
        assert.ok(answer && answer.requests > 0);
        const percent = Math.round((answer.cost_ratio - 1) * 100);
        assert.equal(await stat(page, "simulation-change"), `+${percent}%`);
        await card.getByText("What this assumes").click();
        await card.getByText("Prices are those in force").waitFor();
        await page.context().close();
      });

      await test.step("requests: filters and search are in the address and find what SQL finds", async () => {
        const page = await visit("/demo/requests");
        await page.getByLabel("What happened").selectOption("fell_back");
        await page.getByLabel("Task").selectOption("classify-lead");
        await page.waitForURL(/mark=fell_back/);
        const [{ count = 0 } = {}] = await sql<{ count: number }>(
          `select count(*)::int as count from public.ai_request_logs as r where r.org_id = $1 and r.fell_back and r.task = 'classify-lead'`,
          [world.orgId],
        );
        const rows = page.getByRole("table").getByRole("rowheader");
        await rows.nth(Math.min(count, 50) - 1).waitFor();
        assert.equal(await rows.count(), Math.min(count, 50));

        await page.getByLabel("Search by id").fill(traffic.jobId);
        await page.keyboard.press("Enter");
        await page.waitForURL(new RegExp(traffic.jobId));
        await page.getByLabel("What happened").selectOption("");
        await page.getByRole("table").getByRole("rowheader").first().waitFor();
        assert.equal(await rows.count(), 1);
        await page.context().close();
      });

      await test.step("requests: older ones come page by page, each once", async () => {
        const page = await visit("/demo/requests");
        const rows = page.getByRole("table").getByRole("rowheader");
        await rows.nth(49).waitFor();
        await page.getByRole("button", { name: "Show more" }).click();
        await rows.nth(99).waitFor();
        const links = await page.evaluate<string[]>(
          `Array.from(document.querySelectorAll('table a[href*="/requests/"]'), ({ href }) => href)`,
        );
        assert.equal(new Set(links).size, links.length);
        await page.context().close();
      });

      await test.step("requests: the live tail shows a new one by itself", async () => {
        const page = await visit("/demo/requests");
        await page.getByLabel("Live").check();
        const first = page.getByRole("table").getByRole("link").first();
        const before = await first.getAttribute("href");
        const answer = await world.call("classify-lead", { input: { lead: { name: "Lena Live" } } });
        const id = answer.body.meta.request_id;
        assert.ok(!before?.endsWith(id));
        await page.getByRole("table").locator(`a[href$="${id}"]`).waitFor({ timeout: 30_000 });
        await page.context().close();
      });

      await test.step("a request's story: calls, reasons, payload, decision replayed, sent again, judged", async () => {
        const page = await visit(`/demo/requests/${traffic.fellBack}`);
        await page.getByRole("region", { name: "Calls" }).locator(".call").nth(1).waitFor();
        const calls = await page.locator(".call .call-head strong").allInnerTexts();
        const logged = await sql<{ name: string }>(
          `select c.provider || ' / ' || coalesce(c.response_model, c.request_model) as name from public.ai_call_logs as c where c.request_id = $1 order by c.attempt`,
          [traffic.fellBack],
        );
        assert.deepEqual(calls, logged.map(({ name }) => name));
        assert.equal(await page.locator(".call-failed").count(), 1);
        await page.getByText("Felix Fallback").waitFor();

        await page.getByRole("button", { name: "Replay the decision" }).click();
        await page.getByText("The same decision").waitFor();

        await page.getByRole("button", { name: "Send again" }).click();
        const dialog = page.getByRole("dialog");
        await dialog.getByLabel("Model").selectOption("gpt-4o");
        await dialog.getByRole("button", { name: "Review" }).click();
        await dialog.getByRole("button", { name: "Send again" }).click();
        await page.getByText("The new answer").waitFor();
        await page.getByText(/^gpt-4o · \$/).waitFor();

        await page.getByLabel("Outcome").selectOption("rated");
        await page.getByLabel("Comment").fill("Right, but slow");
        await page.getByRole("button", { name: "Send", exact: true }).click();
        // In the list of what was said; the box it is written in holds the same words before.
        await page.locator("q", { hasText: "Right, but slow" }).waitFor();
        const said = await sql(
          "select outcome, user_rating, feedback_text from public.ai_quality_metrics where request_id = $1",
          [traffic.fellBack],
        );
        assert.deepEqual(said, [{ outcome: "rated", user_rating: 5, feedback_text: "Right, but slow" }]);

        await page.getByRole("link", { name: "Open the new request" }).click();
        await page.locator(".call .call-head strong", { hasText: "openai / gpt-4o" }).last().waitFor();
        await page.context().close();
      });

      await test.step("somebody else's request is not there", async () => {
        const page = await visit(`/demo/requests/${traffic.fellBack}`, "member");
        await page.getByText("There is no such request to see").waitFor();
        await page.context().close();
      });

      await test.step("models: reliability is that of the calls, breakers have a history, prices a date", async () => {
        await sql(
          `insert into public.ai_breaker_events (provider, model, from_state, to_state, reason)
           values ('openai', 'gpt-4o', 'closed', 'open', 'server'), ('openai', 'gpt-4o', 'open', 'closed', 'a call succeeded')`,
        );
        const page = await visit("/demo/models");
        const row = page.getByRole("region", { name: "Reliability", exact: true }).last().getByRole("row", {
          name: /gpt-4o-mini/,
        });
        await row.waitFor();
        const [{ calls = 0, failed = 0 } = {}] = await sql<{ calls: number; failed: number }>(
          `select count(*)::int as calls, count(*) filter (where c.error_code is not null)::int as failed
           from public.ai_call_logs as c where c.org_id = $1 and c.request_model = 'gpt-4o-mini'`,
          [world.orgId],
        );
        assert.equal(await row.locator("[data-title=Calls]").innerText(), String(calls));
        assert.ok(
          (await row.locator("[data-title=Errors]").innerText()).startsWith(String(Math.floor((failed / calls) * 100))),
        );
        await page.getByText("5 of 8 calls failed").waitFor();
        await page.getByText("server error").first().waitFor();
        await page.getByLabel("Find a model").fill("gpt-4o-mini");
        const price = page.getByRole("region", { name: "Prices in force" }).last().getByRole("row", {
          name: "openai / gpt-4o-mini",
          exact: false,
        }).first();
        assert.equal(await price.locator("[data-title=Input]").innerText(), "$0.15");
        await page.context().close();
      });

      await test.step("quality: the funnel and the curve are what people said", async () => {
        const page = await visit("/demo/quality");
        await page.locator(".bar-list").first().waitFor();
        const [wanted] = await sql<Record<string, number>>(
          `select count(*)::int as asked, count(*) filter (where r.status = 'succeeded')::int as answered,
                  count(*) filter (where exists (select from public.ai_quality_metrics as q where q.request_id = r.id))::int as judged,
                  count(*) filter (where exists (select from public.ai_quality_metrics as q where q.request_id = r.id and q.outcome = 'converted'))::int as converted
           from public.ai_request_logs as r where r.org_id = $1 and ${days}`,
          [world.orgId],
        );
        const steps = page.getByRole("list", { name: "From request to conversion" }).locator(".bar-figure");
        const shown = (await steps.allInnerTexts()).map((text) => Number((text.split(" ")[0] ?? "").replace(",", "")));
        assert.deepEqual([shown[0], shown[1], shown[2], shown[4]], [
          wanted?.asked,
          wanted?.answered,
          wanted?.judged,
          wanted?.converted,
        ]);

        const curve = page.getByRole("region", { name: "Can confidence be believed?" }).first();
        await curve.getByRole("link", { name: "generate-followup" }).click();
        await curve.getByRole("heading", { level: 3, name: "generate-followup" }).waitFor();
        await curve.getByRole("button", { name: "Show as table" }).click();
        const [{ labels = 0 } = {}] = await sql<{ labels: number }>(
          "select labels from public.ai_calibration where org_id = $1 and task = 'generate-followup'",
          [world.orgId],
        );
        const counts = await curve.getByRole("table").first().locator("td[data-title=Judgements]").allInnerTexts();
        assert.equal(counts.reduce((sum, count) => sum + Number(count), 0), labels);
        await page.context().close();
      });

      await test.step("quality: a review is taken, decided with a correction, and becomes a label", async () => {
        const page = await visit("/demo/quality?view=review", "manager");
        const rows = page.getByRole("table").getByRole("rowheader");
        await rows.first().waitFor();
        const before = await rows.count();
        await page.getByRole("button", { name: "Take the next" }).click();
        const dialog = page.getByRole("dialog", { name: "Is this answer right?" });
        await dialog.getByRole("button", { name: "Usable after changes" }).click();
        await dialog.getByLabel("The answer as it should be").fill("{ not json");
        await dialog.getByText("Not valid JSON").waitFor();
        assert.ok(await dialog.getByRole("button", { name: "Decide", exact: true }).isDisabled());
        await dialog.getByLabel("The answer as it should be").fill('{"class": "B"}');
        await dialog.getByLabel("Note").fill("B, not A");
        await dialog.getByRole("button", { name: "Decide", exact: true }).click();
        await page.getByText("Calibration learns from it").waitFor();
        await page.getByRole("button", { name: `Review queue (${before - 1})` }).waitFor();
        const decided = await sql(
          `select v.status, q.outcome, q.source, q.correction from public.ai_reviews as v
           join public.ai_quality_metrics as q on q.request_id = v.request_id and q.source = 'review' where v.org_id = $1`,
          [world.orgId],
        );
        assert.deepEqual(decided, [{
          status: "needs_improvement",
          outcome: "edited",
          source: "review",
          correction: { class: "B" },
        }]);
        await page.context().close();
      });

      await test.step("quality: an experiment shows interval, p-values and guardrails, and can be stopped by an admin alone", async () => {
        const manager = await visit("/demo/quality?view=experiments", "manager");
        const row = manager.getByRole("table").getByRole("row", { name: /^B/ });
        await row.waitFor();
        const [result] = await sql<{ trials: number; low: number; high: number }>(
          `select r.trials::int, round(r.difference_from * 100)::int as low, round(r.difference_to * 100)::int as high
           from public.ai_experiment_results as r where r.org_id = $1 and r.variant = 'B'`,
          [world.orgId],
        );
        assert.equal((await row.locator("[data-title=Trials]").innerText()).split("\n")[0], String(result?.trials));
        await row.getByText(`−${Math.abs(result?.low ?? 0)}% to +${result?.high}%`).waitFor();
        await row.getByText("holds").waitFor();
        assert.equal(await manager.getByRole("button", { name: "Stop" }).count(), 0);
        await manager.context().close();

        const page = await visit("/demo/quality?view=experiments", "admin");
        await page.getByRole("button", { name: "Stop" }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Stop" }).click();
        await page.getByText("stopped").waitFor();
        assert.deepEqual(
          await sql("select status from public.ai_experiments where org_id = $1", [world.orgId]),
          [{ status: "stopped" }],
        );

        // Everybody gets the control again, so there is nothing to compare until B has a share.
        await page.getByRole("button", { name: "New experiment" }).click();
        await page.getByText("There is no active prompt version with two variants").waitFor();
        await page.getByRole("button", { name: "Cancel" }).click();
        await sql("update public.ai_prompts set weight = 1 where org_id = $1", [world.orgId]);
        await page.reload();
        await page.getByRole("button", { name: "New experiment" }).click();
        const dialog = page.getByRole("dialog");
        await dialog.getByLabel("Title").fill("Once more");
        await dialog.getByLabel("Fewest subjects a variant").fill("10");
        await dialog.getByText("30 to 1,000,000").waitFor();
        await dialog.getByLabel("Fewest subjects a variant").fill("200");
        await dialog.getByRole("button", { name: "Review" }).click();
        await dialog.getByRole("button", { name: "New experiment" }).click();
        await page.getByRole("heading", { level: 2, name: "Once more" }).waitFor();
        await page.context().close();
      });

      await test.step("a member sees totals, but no queue and no experiments", async () => {
        const page = await visit("/demo/quality?view=review", "member");
        await page.getByText("From request to conversion").waitFor();
        assert.equal(await page.getByRole("button", { name: /Review queue/ }).count(), 0);
        await page.context().close();
      });

      assert.deepEqual(browser.problems, []);
    } finally {
      await dashboard.stop();
    }
  },
});
