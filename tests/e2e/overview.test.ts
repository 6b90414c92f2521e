/** The overview in a real browser: its figures equal SQL run beside it. */
import assert from "node:assert/strict";
import { accessibilityProblems } from "./accessibility.ts";
import { screenshot } from "./browser.ts";
import { startDashboardWorld, stat } from "./dashboard-world.ts";
import { makeTraffic } from "./traffic.ts";

Deno.test({
  name: "dashboard: overview",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(test) {
    const dashboard = await startDashboardWorld();
    const { world, browser, visit } = dashboard;
    try {
      await test.step("an organization without requests says how to get some", async () => {
        const page = await visit("/demo");
        await page.getByText("No requests in this period").waitFor();
        await page.context().close();
      });

      await makeTraffic(world);

      await test.step("the figures are those of the log", async () => {
        const page = await visit("/demo");
        await page.locator("[data-stat=requests]").waitFor();
        const [wanted] = await world.stack.sql<Record<string, number>>(
          `select count(*)::int as requests, count(*) filter (where r.fell_back)::int as fell_back, count(*) filter (where r.cached)::int as cached,
                  sum(r.input_tokens + r.output_tokens)::int as tokens,
                  (sum(r.cost_usd) * (select x.rate from public.ai_exchange_rates as x where x.currency = 'EUR' order by x.effective_from desc limit 1))::float8 as cost
           from public.ai_request_logs as r where r.org_id = $1`,
          [world.orgId],
        );
        assert.ok(wanted && wanted.requests === 6, JSON.stringify(wanted));
        const { requests = 0, fell_back = 0, cached = 0, tokens = 0, cost = 0 } = wanted;
        const share = (part: number) => `${Math.round((part / requests) * 100)}%`;
        assert.equal(await stat(page, "requests"), "6");
        assert.equal(await stat(page, "fallbacks"), share(fell_back));
        assert.equal(await stat(page, "cached"), share(cached));
        assert.equal((await stat(page, "tokens")).split("\n")[0], tokens.toLocaleString("en-GB"));
        for (const name of ["cost", "cost-today", "cost-month"]) {
          const shown = Number((await stat(page, name)).replace("€", ""));
          assert.ok(Math.abs(shown - cost) < cost * 0.005, `${name}: ${shown} is not ${cost}`);
        }
        assert.equal(await stat(page, "errors"), "0%");
        assert.match(await stat(page, "p95"), /^[\d.]+ m?s/);
        await page.context().close();
      });

      await test.step("it shows a new request by itself", async () => {
        const page = await visit("/demo");
        await page.locator("[data-stat=requests]").waitFor();
        await world.call("classify-lead", { input: { lead: { name: "Nora Neu" } } });
        await world.settled();
        await page.getByRole("button", { name: "Refresh" }).click();
        await page.locator("[data-stat=requests]", { hasText: "7" }).waitFor();
        await page.context().close();
      });

      await test.step("charts can be read as tables", async () => {
        const page = await visit("/demo?range=7d");
        const card = page.getByRole("region", { name: "Requests and failures", exact: true }).first();
        await card.getByRole("button", { name: "Show as table" }).click();
        assert.equal(await card.getByRole("row").count(), 8);
        assert.match(await card.getByRole("row").nth(1).innerText(), /\s7\s+0$/);
        await page.context().close();
      });

      await test.step("the period and the comparison are in the address", async () => {
        const page = await visit("/demo");
        await page.getByLabel("Period", { exact: true }).selectOption("7d");
        await page.getByLabel("Compare with before").check();
        assert.equal(new URL(page.url()).search, "?range=7d&compare=1");
        await page.getByText("Period before").waitFor();
        await page.context().close();
      });

      await test.step("offline it keeps the figures and says so; a project that fails is told and asked again", async () => {
        const page = await visit("/demo");
        await page.locator("[data-stat=requests]").waitFor();
        await page.context().setOffline(true);
        await page.getByText("You are offline").waitFor();
        await page.getByRole("button", { name: "Refresh" }).click();
        await page.getByText("these are older ones").first().waitFor();
        assert.equal(await stat(page, "requests"), "7");
        await page.context().setOffline(false);
        await page.getByText("You are offline").waitFor({ state: "detached" });
        await page.getByText("these are older ones").first().waitFor({ state: "detached" });
        await page.context().close();

        const broken = await visit("/demo/", "owner");
        await broken.route(
          "**/rest/v1/rpc/ai_usage_summary*",
          (route) => route.fulfill({ status: 502, contentType: "text/html", body: "<html>Bad gateway</html>" }),
        );
        await broken.reload();
        await broken.getByText("The project does not answer as it should.").first().waitFor();
        await broken.unroute("**/rest/v1/rpc/ai_usage_summary*");
        await broken.getByRole("region", { name: "Figures of the period" }).getByRole("button", { name: "Try again" })
          .click();
        await broken.locator("[data-stat=requests]").waitFor();
        await broken.context().close();
      });

      for (
        const [name, options] of [
          ["light", {}],
          ["dark", { colorScheme: "dark" }],
          ["phone", { viewport: { width: 390, height: 844 } }],
          ["wide", { viewport: { width: 1920, height: 1080 } }],
        ] as const
      ) {
        await test.step(`it is accessible: ${name}`, async () => {
          const page = await visit("/demo?compare=1", "owner", options);
          await page.locator(".u-over").first().waitFor();
          await page.waitForLoadState("networkidle");
          assert.deepEqual(await accessibilityProblems(page), []);
          await screenshot(page, `overview-${name}`);
          await page.context().close();
        });
      }

      assert.deepEqual(browser.problems, []);
    } finally {
      await dashboard.stop();
    }
  },
});
