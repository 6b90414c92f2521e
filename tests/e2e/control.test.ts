/** What decides about money, models and words: changed in two steps by those who may, refused to others, each change in the database. */
import assert from "node:assert/strict";
import { accessibilityProblems } from "./accessibility.ts";
import { type Page, screenshot } from "./browser.ts";
import { startDashboardWorld } from "./dashboard-world.ts";
import { makeTraffic } from "./traffic.ts";

/** Fills in is done: sees before and after, then confirms. */
async function reviewAndConfirm(page: Page, words: string): Promise<string> {
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Review", exact: true }).click();
  // Short values side by side, texts line by line; what compares them is loaded by the first one.
  await dialog.locator(".diff, .line-diff").first().waitFor();
  await dialog.locator(".skeleton").first().waitFor({ state: "detached" });
  const diff = (await dialog.locator(".diff, .line-diff").allInnerTexts()).join("\n");
  await dialog.getByRole("button", { name: words, exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  return diff;
}

Deno.test({
  name: "dashboard: budgets, limits, keys, policies, prompts, settings",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(test) {
    const dashboard = await startDashboardWorld();
    const { world, browser, visit } = dashboard;
    const { sql } = world.stack;
    try {
      await makeTraffic(world);

      await test.step("a budget is made, changed with its difference shown, and deleted", async () => {
        const page = await visit("/demo/budgets", "admin");
        await page.getByRole("button", { name: "New budget" }).click();
        const dialog = page.getByRole("dialog");
        await dialog.getByLabel("For", { exact: true }).selectOption("task");
        await dialog.getByLabel("Which one").selectOption("classify-lead");
        await dialog.getByLabel(/^Cap/).fill("-5");
        assert.ok(await dialog.getByRole("button", { name: "Review" }).isDisabled());
        await dialog.getByLabel(/^Cap/).fill("12,5");
        await reviewAndConfirm(page, "Create");
        const row = page.getByRole("row", { name: /classify-lead.*Edit/ });
        await row.waitFor();
        assert.deepEqual(
          await sql(
            "select scope, scope_key, period, cap::float8 from public.ai_budgets where org_id = $1 and scope = 'task'",
            [
              world.orgId,
            ],
          ),
          [{ scope: "task", scope_key: "classify-lead", period: "month", cap: 12.5 }],
        );

        await row.getByRole("button", { name: "Edit" }).click();
        await dialog.getByLabel(/^Cap/).fill("20");
        await dialog.getByLabel("Hold what such answers usually cost").check();
        await dialog.getByLabel("Counters").selectOption("8");
        const diff = await reviewAndConfirm(page, "Save");
        assert.match(diff, /€12\.50\s+€20\.00/);
        await row.getByText("€20.00").waitFor();
        await row.getByText("learned bounds").waitFor();
        assert.deepEqual(
          await sql("select learned_bounds, counters from public.ai_budgets where org_id = $1 and scope = 'task'", [
            world.orgId,
          ]),
          [{ learned_bounds: true, counters: 8 }],
        );

        await row.getByRole("button", { name: "Delete" }).click();
        await dialog.getByRole("button", { name: "Delete" }).click();
        await row.waitFor({ state: "detached" });
        assert.deepEqual(
          await sql("select 1 from public.ai_budgets where scope = 'task' and org_id = $1", [world.orgId]),
          [],
        );
        await page.context().close();
      });

      await test.step("a limit too, and how budgets stand equals ai_budget_status", async () => {
        const page = await visit("/demo/budgets", "admin");
        await page.getByRole("button", { name: "New limit" }).click();
        const dialog = page.getByRole("dialog");
        await dialog.getByText("Say at least one of the three").waitFor();
        assert.ok(await dialog.getByRole("button", { name: "Review" }).isDisabled(), "a limit of nothing is none");
        await dialog.getByLabel(/^Requests/).fill("120");
        await reviewAndConfirm(page, "Create");
        await page.getByRole("region", { name: "Limits a minute" }).getByText("120").first().waitFor();
        assert.deepEqual(
          await sql("select requests_per_minute from public.ai_limits where org_id = $1", [world.orgId]),
          [{ requests_per_minute: 120 }],
        );
        const [{ settled = 0 } = {}] = await sql<{ settled: number }>(
          "select settled::float8 from public.ai_budget_status where org_id = $1 and scope = 'organization'",
          [world.orgId],
        );
        const shown = Number(
          (await page.locator(".budget-figure").first().innerText()).split(" ")[0]?.replace("€", ""),
        );
        assert.ok(Math.abs(shown - settled) <= settled * 0.005, `${shown} is not ${settled}`);
        await page.context().close();
      });

      await test.step("somebody else's change is not overwritten", async () => {
        const page = await visit("/demo/settings?search=ai.retry.count", "admin");
        await page.getByRole("button", { name: "Edit ai.retry.count" }).click();
        await sql(
          `insert into public.ai_settings (key, org_id, value, version) values ('ai.retry.count', $1, '3', 7)`,
          [world.orgId],
        );
        const dialog = page.getByRole("dialog");
        await dialog.getByLabel("Value").fill("5");
        await dialog.getByRole("button", { name: "Review", exact: true }).click();
        await dialog.getByRole("button", { name: "Save", exact: true }).click();
        await dialog.getByText("Somebody else changed this meanwhile").waitFor();
        assert.deepEqual(
          await sql("select value from public.ai_settings where key = 'ai.retry.count' and org_id = $1", [world.orgId]),
          [{ value: 3 }],
        );
        await page.context().close();
      });

      await test.step("a setting is checked, stored at its scope, and given back", async () => {
        const page = await visit("/demo/settings?search=ai.cache.ttl", "admin");
        await page.getByRole("button", { name: "Edit ai.cache.ttl" }).click();
        const dialog = page.getByRole("dialog");
        await dialog.getByLabel("Value").fill("PT2H");
        const diff = await reviewAndConfirm(page, "Save");
        assert.match(diff, /PT2H/);
        await page.getByRole("row", { name: /ai\.cache\.ttl/ }).getByText("PT2H").waitFor();
        await page.getByLabel(/Only/).check();
        await page.getByRole("row", { name: /ai\.cache\.ttl/ }).waitFor();
        await page.getByRole("button", { name: "Edit ai.cache.ttl" }).click();
        await dialog.getByRole("checkbox").check();
        await reviewAndConfirm(page, "Save");
        assert.deepEqual(
          await sql("select 1 from public.ai_settings where key = 'ai.cache.ttl' and org_id = $1", [world.orgId]),
          [],
        );
        await page.context().close();
      });

      await test.step("a key's secret is shown once, opens the gateway, and no longer after it is revoked", async () => {
        const page = await visit("/demo/keys", "admin");
        await page.getByRole("button", { name: "New key" }).click();
        const dialog = page.getByRole("dialog");
        await dialog.getByLabel("Name").fill("build server");
        await dialog.getByRole("button", { name: "Review", exact: true }).click();
        await dialog.getByRole("button", { name: "New key", exact: true }).click();
        await page.locator("[data-secret]").waitFor();
        const secret = await page.locator("[data-secret]").innerText();
        const open = () =>
          fetch(`${world.stack.url}/functions/v1/gateway/v1/models`, {
            headers: { authorization: `Bearer ${secret}` },
          });
        const first = await open();
        await first.body?.cancel();
        assert.equal(first.status, 200);
        await dialog.getByRole("button", { name: "I have kept it" }).click();
        assert.equal(await page.getByText(secret).count(), 0);
        await page.reload();
        const row = page.getByRole("row", { name: /build server/ });
        await row.waitFor();
        assert.equal(await page.getByText(secret).count(), 0);
        assert.deepEqual(
          await sql("select 1 from public.ai_keys where name = 'build server' and position($1 in ai_keys::text) > 0", [
            secret,
          ]),
          [],
        );
        await row.getByRole("button", { name: "Revoke" }).click();
        await dialog.getByRole("button", { name: "Revoke" }).click();
        await row.getByText("revoked").waitFor();
        const second = await open();
        await second.body?.cancel();
        assert.equal(second.status, 401);
        await page.context().close();
      });

      await test.step("a policy is derived, simulated, activated and retired", async () => {
        const page = await visit("/demo/policies", "admin");
        await page.getByRole("button", { name: "New version classify-lead 1" }).click();
        const dialog = page.getByRole("dialog");
        const values = dialog.getByLabel("Values");
        const text = await values.inputValue();
        // A new version without a column of the table would silently lose what it decides.
        const columns = await sql<{ name: string }>(
          `select column_name as name from information_schema.columns where table_name = 'ai_policies' and table_schema = 'public'
             and column_name not in ('id', 'org_id', 'task', 'version', 'status', 'created_by', 'created_at') order by 1`,
        );
        assert.deepEqual(Object.keys(JSON.parse(text)).sort(), columns.map(({ name }) => name));
        await dialog.getByLabel("Escalates below").fill("0,8");
        await dialog.getByLabel("Escalates below").blur();
        await page.waitForFunction(`document.querySelector("dialog textarea").value.includes('"escalate_below": 0.8')`);
        await values.fill("{ no json");
        await dialog.getByText(/Not valid JSON/).waitFor();
        await values.fill(text.replace(/"base_tier": "small"/, '"base_tier": "large"'));
        const diff = await reviewAndConfirm(page, "Save as draft");
        assert.match(diff, /base_tier\s+"small"\s+"large"/);
        const row = page.getByRole("row", { name: /classify-lead.*draft/ });
        await row.waitFor();

        await row.getByRole("button", { name: "Simulate" }).click();
        await dialog.locator("[data-stat=simulation-would]").waitFor();
        await page.keyboard.press("Escape");

        await row.getByRole("button", { name: "Activate" }).click();
        await dialog.getByRole("button", { name: "Activate" }).click();
        await page.getByRole("row", { name: /classify-lead\s+yours.*active/ }).waitFor();
        const answer = await world.call("classify-lead", {
          input: { lead: { name: "Paula Policy", notes: "Wants a price." } },
          options: { cache: "off" },
        });
        assert.equal(answer.body.meta.tier, "large");

        await page.getByRole("row", { name: /classify-lead\s+yours.*active/ }).getByRole("button", { name: "Retire" })
          .click();
        await dialog.getByRole("button", { name: "Retire" }).click();
        await page.getByRole("row", { name: /classify-lead\s+yours/ }).waitFor({ state: "detached" });

        await page.getByLabel("Status", { exact: true }).selectOption("retired");
        const retired = page.getByRole("row", { name: /classify-lead\s+yours.*retired/ });
        await retired.getByRole("button", { name: "Activate" }).click();
        await dialog.getByRole("heading", { name: "Go back to version 1 for classify-lead?" }).waitFor();
        assert.match(await dialog.locator("del").innerText(), /"base_tier": "small"/);
        assert.match(await dialog.locator("ins").innerText(), /"base_tier": "large"/);
        await screenshot(page, "policy-diff");
        await dialog.getByRole("button", { name: "Cancel" }).click();
        await page.context().close();
      });

      await test.step("policies are filtered by task, status and owner, and the address keeps it", async () => {
        const page = await visit("/demo/policies", "admin");
        const shown = async () => (await page.getByRole("row").count()) - 1;
        const inDatabase = async (condition: string) =>
          (await sql<{ count: number }>(
            `select count(*)::integer from public.ai_policies where (org_id is null or org_id = $1) and ${condition}`,
            [world.orgId],
          ))[0]?.count;
        await page.getByRole("row").nth(1).waitFor();
        assert.equal(await shown(), await inDatabase("status <> 'retired'"));
        await page.getByLabel("Owner", { exact: true }).selectOption("platform");
        await page.getByLabel("Task", { exact: true }).selectOption("classify-lead");
        await page.getByRole("row", { name: /classify-lead\s+platform.*active/ }).waitFor();
        assert.equal(await shown(), 1);
        await page.getByLabel("Status", { exact: true }).selectOption("all");
        await page.getByLabel("Task", { exact: true }).selectOption("rag-search");
        await page.getByRole("row", { name: /rag-search.*retired/ }).waitFor();
        assert.equal(await shown(), await inDatabase("task = 'rag-search' and org_id is null"));
        await page.reload();
        await page.getByRole("row", { name: /rag-search.*retired/ }).waitFor();
        assert.deepEqual(await accessibilityProblems(page), []);
        await page.getByLabel("Owner", { exact: true }).selectOption("own");
        await page.getByText("No policy fits").waitFor();
        assert.deepEqual(await accessibilityProblems(page), []);
        await page.context().close();
      });

      await test.step("a prompt is drafted, activated and used by the next request", async () => {
        const page = await visit("/demo/prompts", "admin");
        await page.getByRole("button", { name: /^New/ }).click();
        const dialog = page.getByRole("dialog");
        await dialog.getByLabel("Prompt", { exact: true }).selectOption("classify-lead");
        await dialog.getByLabel(/^System/).fill("Sort leads. Answer in JSON.");
        await reviewAndConfirm(page, "Write a draft");
        const row = page.getByRole("row", { name: /classify-lead/ });
        await row.getByText("draft").waitFor();
        await row.getByRole("button", { name: "Activate" }).click();
        await dialog.getByRole("button", { name: "Activate" }).click();
        await row.getByText("active").waitFor();
        const answer = await world.call("classify-lead", {
          input: { lead: { name: "Peter Prompt", notes: "Wants a price." } },
          options: { cache: "off" },
        });
        assert.equal(answer.body.meta.prompt.version, 2);
        await page.context().close();
      });

      await test.step("versions of a prompt are compared line by line, and one goes back to an earlier one", async () => {
        const page = await visit("/demo/prompts", "admin");
        await page.getByRole("button", { name: /^New/ }).click();
        const dialog = page.getByRole("dialog");
        const system = dialog.getByLabel(/^System/);
        assert.equal(await system.inputValue(), "Sort leads. Answer in JSON.");
        await system.fill("Sort leads.\nSay why.\nAnswer in JSON.");
        const written = await reviewAndConfirm(page, "Write a draft");
        assert.match(written, /−\s*Sort leads\. Answer in JSON\.\s*\+\s*Sort leads\./);
        const newest = page.getByRole("row", { name: /classify-lead 3A/ });
        await newest.getByRole("button", { name: "Activate" }).click();
        await dialog.getByRole("group", { name: "System prompt" }).getByText("Say why.").waitFor();
        await screenshot(page, "prompt-diff");
        assert.deepEqual(await accessibilityProblems(page), []);
        await dialog.getByRole("button", { name: "Activate" }).click();
        await newest.getByText("active").waitFor();

        const before = page.getByRole("row", { name: /classify-lead 2A/ });
        await before.getByRole("button", { name: "Read" }).click();
        await dialog.getByLabel("Compare with").selectOption({ label: "3A (active)" });
        assert.equal(await dialog.locator("del").count(), 1);
        await dialog.getByRole("button", { name: "Close" }).click();
        await before.getByRole("button", { name: "Activate" }).click();
        await dialog.getByRole("heading", { name: "Go back to classify-lead version 2?" }).waitFor();
        await dialog.getByRole("button", { name: "Activate" }).click();
        await before.getByText("active").waitFor();
        assert.deepEqual(
          await sql(
            "select version, status from public.ai_prompts where org_id = $1 and key = 'classify-lead' order by version",
            [
              world.orgId,
            ],
          ),
          [{ version: 2, status: "active" }, { version: 3, status: "retired" }],
        );
        await page.context().close();
      });

      await test.step("a manager and a member see, and are offered no change; the database would refuse it", async () => {
        for (const who of ["manager", "member"] as const) {
          for (const path of ["budgets", "keys", "policies", "prompts"]) {
            const page = await visit(`/demo/${path}`, who);
            await page.getByRole("heading", { level: 1 }).waitFor();
            await page.locator(".skeleton").first().waitFor({ state: "detached" });
            await page.waitForLoadState("networkidle");
            assert.equal(
              await page.getByRole("button", { name: /^(New|Edit|Delete|Activate|Retire)/ }).count(),
              0,
              `${who} ${path}`,
            );
            await page.context().close();
          }
        }
        const { client } = await world.member("second", "demo", "manager");
        const { data, error } = await client.from("ai_budgets").update({ cap: 1 }).eq("org_id", world.orgId).select();
        assert.ok(error !== null || data?.length === 0);
      });

      assert.deepEqual(browser.problems, []);
    } finally {
      await dashboard.stop();
    }
  },
});
