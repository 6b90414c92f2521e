/** Alerts, members, the audit log, several organizations, and ways in besides the password. */
import assert from "node:assert/strict";
import { startDashboardWorld } from "./dashboard-world.ts";

Deno.test({
  name: "dashboard: alerts, members, audit, organizations",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(test) {
    const dashboard = await startDashboardWorld();
    const { world, browser, visit } = dashboard;
    const { sql } = world.stack;
    try {
      await test.step("an alert is taken over by a manager and resolved; its figures are there", async () => {
        await sql(
          `insert into public.ai_request_logs (id, org_id, task, status, error_code, cost_usd, calls)
           select gen_random_uuid(), $1, 'classify-lead', case when n <= 15 then 'failed' else 'succeeded' end,
                  case when n <= 15 then 'provider_unavailable' end, 0, 1 from generate_series(1, 20) as n`,
          [world.orgId],
        );
        await sql("select private.evaluate_alerts()");
        const overview = await visit("/demo", "manager");
        await overview.locator(".alert-critical").first().waitFor();
        await overview.getByRole("link", { name: "All alerts" }).click();
        const alert = overview.locator(".alert-line", { hasText: "critical" }).first();
        await alert.getByText("Figures behind it").click();
        await alert.getByText(/"requests": 20|20/).first().waitFor();
        await alert.getByRole("button", { name: "Acknowledge" }).click();
        await alert.getByText("manager@test.example looks after it").waitFor();
        await alert.getByRole("button", { name: "Resolve" }).click();
        await overview.getByRole("button", { name: "All", exact: true }).click();
        await overview.getByText(/resolved \d/).first().waitFor();
        const [kept] = await sql<{ mine: boolean }>(
          `select a.acknowledged_by = (select u.id from auth.users as u where u.email = 'manager@test.example') as mine
           from public.ai_alerts as a where a.org_id = $1 and a.severity = 'critical' and a.resolved_at is not null`,
          [world.orgId],
        );
        assert.equal(kept?.mine, true);
        await overview.context().close();
      });

      await test.step("an admin makes a rule of the organization's own", async () => {
        const page = await visit("/demo/alerts", "admin");
        await page.getByRole("button", { name: "Edit fallback_rate warning" }).click();
        const dialog = page.getByRole("dialog");
        await dialog.getByLabel("From").fill("many");
        await dialog.getByText("A number from 0 on").waitFor();
        await dialog.getByLabel("From").fill("0.2");
        await dialog.getByRole("button", { name: "Review" }).click();
        await dialog.getByRole("table").getByText("0.2").waitFor();
        await dialog.locator("button[type=submit]").click();
        await page.getByRole("row", { name: /fallback_rate/ }).getByText("yours").waitFor();
        assert.deepEqual(
          await sql("select kind, threshold::float8 from public.ai_alert_rules where org_id = $1", [world.orgId]),
          [{ kind: "fallback_rate", threshold: 0.2 }],
        );
        await page.context().close();
      });

      await test.step("a role is changed and a member removed; nobody gives more than he has", async () => {
        const page = await visit("/demo/members", "admin");
        await page.getByRole("button", { name: "Edit member@test.example" }).click();
        const dialog = page.getByRole("dialog");
        const roles = await dialog.getByLabel("Role").locator("option").allInnerTexts();
        assert.ok(roles.includes("admin") && !roles.includes("owner"), roles.join(", "));
        await dialog.getByLabel("Role").selectOption("guest");
        await dialog.getByRole("button", { name: "Review" }).click();
        assert.match(await dialog.getByRole("table").innerText(), /member\s+guest/);
        await dialog.getByRole("button", { name: "Save" }).click();
        await page.getByRole("row", { name: /^member@test/ }).getByText("guest").waitFor();
        assert.equal(await page.getByRole("button", { name: /demo@signalbox\.local$/ }).count(), 0);

        await page.getByRole("button", { name: "Remove guest@test.example" }).click();
        await dialog.getByRole("button", { name: "Remove" }).click();
        await page.getByRole("row", { name: /^guest@test/ }).waitFor({ state: "detached" });
        assert.deepEqual(
          await sql(
            `select m.role from public.organization_members as m join auth.users as u on u.id = m.user_id
             where m.org_id = $1 and u.email in ('member@test.example', 'guest@test.example')`,
            [world.orgId],
          ),
          [{ role: "guest" }],
        );
        await page.context().close();
      });

      await test.step("the audit log tells it, its chain is checked, and tampering is seen", async () => {
        const page = await visit("/demo/audit?subject=organization_members", "admin");
        await page.getByText("The chain is sound").waitFor();
        const row = page.getByRole("row", { name: /admin@test\.example/ }).filter({ hasText: "role" }).last();
        await row.getByText("guest").waitFor();
        await row.locator(".diff-before", { hasText: "member" }).waitFor();
        await page.context().close();

        // Only somebody who owns the database can: what is left is that everybody sees it.
        await sql("alter table public.ai_audit_log disable trigger user");
        await sql(
          `update public.ai_audit_log set new_values = '{"role": "owner"}' where org_id = $1 and seq = (
             select max(a.seq) from public.ai_audit_log as a where a.org_id = $1 and a.subject = 'organization_members' and a.action = 'update')`,
          [world.orgId],
        );
        await sql("alter table public.ai_audit_log enable trigger user");
        const again = await visit("/demo/audit", "admin");
        await again.getByRole("alert").getByText(/Entry \d+/).first().waitFor();
        await again.context().close();
      });

      await test.step("pages of other roles are not there, and are not in the menu", async () => {
        for (const [who, path] of [["manager", "/audit"], ["member", "/costs"], ["member", "/alerts"]] as const) {
          const page = await visit(`/demo${path}`, who);
          await page.getByRole("heading", { level: 1, name: "There is no such page" }).waitFor();
          assert.equal(await page.getByRole("navigation").locator(`a[href$="/demo${path}"]`).count(), 0);
          await page.context().close();
        }
      });

      await test.step("who belongs to two organizations changes between them, and sees each alone", async () => {
        await world.member("elsewhere", "Second", "owner");
        await sql(
          `insert into public.organization_members (org_id, user_id, role)
           select o.id, u.id, 'manager' from public.organizations as o, auth.users as u where o.slug = 'second' and u.email = 'manager@test.example'`,
        );
        const page = await visit("/demo", "manager");
        await page.locator("[data-stat=requests]").waitFor();
        await page.locator("aside").getByRole("combobox", { name: "Organization" }).selectOption({ label: "Second" });
        await page.waitForURL(/\/dashboard\/second$/);
        await page.getByText("No requests in this period").waitFor();
        await page.context().close();
      });

      await test.step("other ways in are offered where the project has switched them on", async () => {
        const page = await browser.open("about:blank");
        await page.route("**/auth/v1/settings", async (route) => {
          const response = await route.fetch();
          const settings = await response.json();
          await route.fulfill({ response, json: { ...settings, external: { ...settings.external, github: true } } });
        });
        const asked = page.waitForRequest(/\/auth\/v1\/authorize\?provider=github/);
        await page.goto(`${world.stack.url}/dashboard/demo/costs`);
        await page.getByRole("button", { name: "Continue with GitHub" }).click();
        assert.match(decodeURIComponent((await asked).url()), /redirect_to=.*\/dashboard\/demo\/costs/);
        await page.context().close();
      });

      assert.deepEqual(browser.problems, []);
    } finally {
      await dashboard.stop();
    }
  },
});
