/** Getting in and out of the dashboard, and what stands around its pages. */
import assert from "node:assert/strict";
import { accessibilityProblems } from "./accessibility.ts";
import { type Page, screenshot } from "./browser.ts";
import { signIn, startDashboardWorld } from "./dashboard-world.ts";

const focused = (page: Page) => page.evaluate<string>("document.activeElement.textContent.trim()");

Deno.test({
  name: "dashboard: signing in, and the frame of every page",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(test) {
    const dashboard = await startDashboardWorld();
    const { world, browser, visit } = dashboard;
    const address = `${world.stack.url}/dashboard`;
    try {
      await test.step("a deep link leads through the sign-in to its page", async () => {
        const page = await browser.open(`${address}/demo?range=7d`);
        assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), "Signalbox");
        assert.deepEqual(await accessibilityProblems(page), []);
        await screenshot(page, "sign-in");
        await page.getByLabel("E-mail", { exact: true }).fill("demo@signalbox.local");
        await page.getByLabel("Password").fill("wrong");
        await page.getByRole("button", { name: "Sign in", exact: true }).click();
        await page.getByText("E-mail and password do not fit together.").waitFor();
        await signIn(page, world, "owner");
        assert.equal(new URL(page.url()).pathname, "/dashboard/demo");
        assert.equal(await page.getByLabel("Period", { exact: true }).inputValue(), "7d");
        await page.context().close();
      });

      await test.step("a magic link can be asked for without telling who has an account", async () => {
        const page = await browser.open(`${address}/`);
        await page.getByRole("button", { name: "E-mail me a sign-in link" }).click();
        await page.getByText("Fill in your e-mail first").waitFor();
        await page.getByLabel("E-mail", { exact: true }).fill("nobody@test.example");
        await page.getByRole("button", { name: "E-mail me a sign-in link" }).click();
        await page.getByText("If nobody@test.example has an account here").waitFor();
        await page.context().close();
      });

      await test.step("language and theme change at once and are kept with the user", async () => {
        const page = await visit("/demo");
        await page.getByRole("combobox", { name: "Language" }).selectOption("de");
        await page.getByRole("heading", { level: 1, name: "Überblick" }).waitFor();
        assert.equal(await page.locator("html").getAttribute("lang"), "de");
        for (const [language, title] of [["fr", "Vue d’ensemble"], ["es", "Resumen"], ["de", "Überblick"]] as const) {
          await page.getByRole("combobox", { name: /^(Language|Sprache|Langue|Idioma)$/ }).selectOption(language);
          await page.getByRole("heading", { level: 1, name: title }).waitFor();
        }
        await page.locator("aside").getByRole("button", { name: "Zu Dunkel wechseln" }).click();
        assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
        await page.waitForLoadState("networkidle");
        const kept = await world.stack.sql(
          "select key, value from public.ai_settings where user_id is not null order by key",
        );
        assert.deepEqual(kept, [{ key: "locale", value: "de" }, { key: "ui.theme", value: "dark" }]);
        await world.stack.sql("delete from public.ai_settings where user_id is not null");
        await page.context().close();
      });

      await test.step("the keyboard alone is enough: skip the menu, follow a link, change something and leave it", async () => {
        const page = await visit("/demo/budgets");
        await page.getByRole("button", { name: "New budget" }).waitFor();
        // A new page gives the focus to its title; the first thing there is comes before it.
        await page.locator("a").first().focus();
        assert.equal(await focused(page), "Skip to the content");
        await page.keyboard.press("Enter");
        assert.equal(await page.evaluate<string>("document.activeElement.id"), "content");
        await page.getByRole("link", { name: "Costs" }).focus();
        await page.keyboard.press("Enter");
        await page.getByRole("heading", { level: 1, name: "Costs" }).waitFor();
        assert.equal(await focused(page), "Costs");
        await page.goBack();

        const button = page.getByRole("button", { name: "New budget" });
        await button.focus();
        await page.keyboard.press("Enter");
        const dialog = page.getByRole("dialog", { name: "New budget" });
        await dialog.waitFor();
        for (let press = 0; press < 30; press++) {
          await page.keyboard.press("Tab");
          const within = await page.evaluate<boolean>(
            "document.activeElement === document.body || document.querySelector('dialog').contains(document.activeElement)",
          );
          assert.ok(within, "the focus left the dialog");
        }
        await page.keyboard.press("Escape");
        await dialog.waitFor({ state: "detached" });
        assert.equal(await focused(page), "New budget");
        await page.context().close();
      });

      await test.step("without its configuration it says so in the reader's language, and can be asked again", async () => {
        const page = await browser.open("about:blank", { locale: "de-DE" });
        await page.route("**/config.json", (route) => route.abort());
        await page.goto(address);
        await page.getByText("Niemand antwortet.").waitFor();
        await page.unroute("**/config.json");
        await page.getByRole("button", { name: "Erneut versuchen" }).click();
        await page.getByLabel("E-Mail", { exact: true }).waitFor();
        await page.context().close();
      });

      await test.step("an address that does not exist says so", async () => {
        for (const path of ["/demo/nowhere", "/somebody-else"]) {
          const page = await visit(path);
          await page.getByRole("heading", { level: 1, name: "There is no such page" }).waitFor();
          await page.context().close();
        }
        for (const path of ["requests", "assistants", "knowledge", "knowledge/documents", "jobs"]) {
          const page = await visit(`/demo/${path}/nothing`);
          await page.locator("main .skeleton").first().waitFor({ state: "detached" });
          await page.locator("main .state-title").first().waitFor();
          assert.equal(await page.getByRole("alert").count(), 0, `${path}/nothing is not there, and no failure`);
          await page.context().close();
        }
      });

      await test.step("a phone has a menu, and no page is wider than the screen", async () => {
        const page = await visit("/demo", "owner", { viewport: { width: 360, height: 740 } });
        await page.getByRole("button", { name: "Open the menu" }).click();
        await page.getByRole("dialog").getByRole("link", { name: "Overview" }).waitFor();
        await page.keyboard.press("Escape");
        await page.getByRole("dialog").waitFor({ state: "detached" });
        const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
        assert.ok(overflow <= 0, `the page is ${overflow} pixels too wide`);
        await page.context().close();
      });

      await test.step("somebody without an organization can found one", async () => {
        const { client } = await world.member("lone", "elsewhere", "member");
        await world.stack.sql("delete from public.organization_members where user_id = $1", [
          (await client.auth.getUser()).data.user?.id,
        ]);
        const page = await browser.open(address);
        await page.getByLabel("E-mail", { exact: true }).fill("lone@test.example");
        await page.getByLabel("Password").fill("lone-password-1");
        await page.getByRole("button", { name: "Sign in", exact: true }).click();
        const name = page.getByLabel("Name");
        await name.fill("   ");
        await page.getByRole("button", { name: "Create an organization" }).click();
        assert.ok(await name.evaluate((field) => field.matches(":invalid")), "blanks are no name");
        await name.fill("Schlossereieinkaufsgenossenschaft Nord");
        await page.getByRole("button", { name: "Create an organization" }).click();
        await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
        assert.match(page.url(), /\/dashboard\/schlossereieinkaufsgenossenschaft-nord$/);
        const shown = await page.locator(".organization-name").evaluate((line) => line.scrollWidth - line.clientWidth);
        assert.ok(shown <= 0, `the organization's name is ${shown} pixels too wide`);
        await page.context().close();
      });

      await test.step("a magic link leads in, as Supabase Auth sends people back by it", async () => {
        const demo = world.stack.demo;
        const answer = await fetch(`${world.stack.url}/auth/v1/token?grant_type=password`, {
          method: "POST",
          headers: { apikey: world.stack.publishableKey, "content-type": "application/json" },
          body: JSON.stringify({ email: demo?.email, password: demo?.password }),
        });
        const { access_token, refresh_token } = await answer.json();
        const session = new URLSearchParams({
          access_token,
          refresh_token,
          expires_in: "3600",
          token_type: "bearer",
          type: "magiclink",
        });
        const page = await browser.open(`${address}/demo#${session}`);
        await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
        assert.equal(new URL(page.url()).hash, "", "the tokens do not stay in the address");
        await page.context().close();
      });

      await test.step("providers the project has switched on are offered, and lead to its authorization", async () => {
        const page = await browser.open(`${address}/demo`);
        assert.equal(await page.getByRole("button", { name: /Google/ }).count(), 0, "none is on");
        await page.route(
          "**/auth/v1/settings",
          (route) => route.fulfill({ json: { external: { google: true, email: true } } }),
        );
        const asked = Promise.withResolvers<URL>();
        await page.route("**/auth/v1/authorize?*", async (route) => {
          asked.resolve(new URL(route.request().url()));
          await route.fulfill({ contentType: "text/html", body: "Google" });
        });
        await page.reload();
        await page.getByRole("button", { name: "Continue with Google" }).click();
        const { searchParams } = await asked.promise;
        assert.equal(searchParams.get("provider"), "google");
        assert.equal(searchParams.get("redirect_to"), `${address}/demo`);
        await page.context().close();
      });

      await test.step("signing out ends here", async () => {
        const page = await browser.open(`${address}/demo`);
        await signIn(page, world, "manager");
        await page.locator("aside").getByRole("button", { name: "Account" }).click();
        await page.getByRole("button", { name: "Sign out" }).click();
        await page.getByLabel("Password").waitFor();
        await page.context().close();
      });

      assert.deepEqual(browser.problems, []);
    } finally {
      await dashboard.stop();
    }
  },
});
