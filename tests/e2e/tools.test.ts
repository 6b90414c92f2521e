/** Tools and MCP servers in a real browser: registered, looked at, turned on with the difference shown, removed. */
import assert from "node:assert/strict";
import { serveMcp } from "../../shared/tools/testing/mod.ts";
import { accessibilityProblems } from "./accessibility.ts";
import { screenshot } from "./browser.ts";
import { startDashboardWorld } from "./dashboard-world.ts";

const schema = { type: "object", properties: { article: { type: "string" } }, required: ["article"] };

Deno.test({
  name: "dashboard: tools and MCP servers",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(test) {
    await using server = serveMcp({
      tools: [{ name: "count", description: "Counts pieces of an article.", inputSchema: schema }],
      call: () => ({ content: [{ type: "text", text: "4711" }] }),
    });
    const dashboard = await startDashboardWorld({ SIGNALBOX_TOOL_HOSTS: server.host });
    const { world, browser, visit } = dashboard;
    const { stack } = world;
    const tool = async (name: string) => {
      const [row] = await stack.sql<Record<string, unknown>>(
        "select enabled, writes, approval, min_role, rate_limit, config from public.ai_tools where name = $1",
        [name],
      );
      return row;
    };
    try {
      await test.step("a manager sees what assistants may do, and is offered no change", async () => {
        const page = await visit("/demo/tools", "manager");
        await page.getByRole("row", { name: /note_lead/ }).waitFor();
        assert.equal(await page.getByRole("button", { name: /^Edit/ }).count(), 0);
        assert.equal(await page.getByText("MCP servers").count(), 0);
        await page.getByText("No server asks for a token of yours.").waitFor();
        await page.context().close();
      });

      await test.step("an admin decides when a tool asks first, and sees what changes", async () => {
        const page = await visit("/demo/tools", "admin");
        await page.getByRole("button", { name: "Edit note_lead" }).click();
        await page.getByLabel("Asks first").selectOption("always");
        await page.getByLabel("Calls a minute").fill("0");
        await page.getByText("From 1 to 10,000").waitFor();
        assert.ok(await page.getByRole("button", { name: "Review" }).isDisabled());
        await page.getByLabel("Calls a minute").fill("7");
        await page.getByRole("button", { name: "Review" }).click();
        await page.getByRole("row", { name: "Asks first when it writes always" }).waitFor();
        await page.getByRole("row", { name: "Calls a minute 60 7" }).waitFor();
        await page.getByRole("button", { name: "Save" }).click();
        await page.getByText("Saved").waitFor();
        const { approval, rate_limit, enabled } = await tool("note_lead") ?? {};
        assert.deepEqual({ approval, rate_limit, enabled }, { approval: "always", rate_limit: 7, enabled: true });
        await page.getByRole("row", { name: /note_lead.*always/ }).waitFor();
        await page.context().close();
      });

      await test.step("a web request is turned on with the hosts it may reach", async () => {
        const page = await visit("/demo/tools", "admin");
        await page.getByRole("button", { name: "Edit http_request" }).click();
        await page.getByLabel("On", { exact: true }).check();
        await page.getByLabel("Hosts it may reach").fill("https://api.example.com");
        await page.getByText("Names of hosts, such as").waitFor();
        await page.getByLabel("Hosts it may reach").fill("api.example.com");
        await page.getByLabel("POST").check();
        await page.getByRole("button", { name: "Review" }).click();
        await page.getByRole("row", { name: "Methods GET GET, POST" }).waitFor();
        await page.getByRole("button", { name: "Save" }).click();
        await page.getByText("Saved").waitFor();
        const { enabled, config } = await tool("http_request") ?? {};
        assert.deepEqual({ enabled, config }, {
          enabled: true,
          config: { hosts: ["api.example.com"], methods: ["GET", "POST"] },
        });
        await page.getByText("reaches api.example.com").waitFor();
        await page.getByRole("button", { name: "Edit http_request" }).click();
        assert.equal(await page.getByLabel("Hosts it may reach").inputValue(), "api.example.com");
        await page.context().close();
      });

      await test.step("a server is registered and looked at; its tools are off until somebody turns them on", async () => {
        const page = await visit("/demo/tools", "admin");
        await page.getByText("No server is registered.").waitFor();
        await page.getByRole("button", { name: "Register a server" }).click();
        await page.getByLabel("Short name").fill("Shop!");
        await page.getByText("Small letters, digits and _").waitFor();
        await page.getByLabel("Short name").fill("shop");
        await page.getByLabel("Title").fill("Warehouse");
        await page.getByLabel("Address").fill(server.url);
        await page.getByLabel("Token").selectOption("shared");
        await page.getByRole("button", { name: "Review" }).click();
        await page.getByRole("button", { name: "Save" }).click();
        await page.getByRole("button", { name: "Set the token Warehouse" }).click();
        await page.getByLabel("Token", { exact: true }).fill("secret-of-the-shop");
        await page.getByRole("button", { name: "Review" }).click();
        assert.ok(!(await page.getByRole("dialog").innerText()).includes("secret-of-the-shop"));
        await page.getByRole("button", { name: "Save" }).click();
        await page.getByRole("dialog").waitFor({ state: "detached" });

        await page.getByRole("button", { name: "Look for tools Warehouse" }).click();
        const found = page.getByRole("dialog", { name: "What Warehouse offers" });
        await found.getByRole("region", { name: "New, and off" }).getByText("shop_count").waitFor();
        await screenshot(page, "tools-found");
        await found.getByRole("button", { name: "Close" }).click();
        assert.ok(server.authorizations.includes("Bearer secret-of-the-shop"));
        const before = await tool("shop_count");
        assert.deepEqual([before?.["enabled"], before?.["writes"]], [false, true]);

        await page.getByRole("button", { name: "Edit shop_count" }).click();
        await page.getByLabel("On", { exact: true }).check();
        await page.getByLabel("Changes something").uncheck();
        await page.getByRole("button", { name: "Review" }).click();
        await page.getByRole("button", { name: "Save" }).click();
        await page.getByRole("row", { name: /shop_count.*on.*reads/ }).waitFor();
        const after = await tool("shop_count");
        assert.deepEqual([after?.["enabled"], after?.["writes"]], [true, false]);
        await page.context().close();
      });

      await test.step("everybody gives their own token where a server asks for it, and takes it back", async () => {
        await stack.sql(
          "insert into public.ai_mcp_servers (org_id, name, title, url, auth) values ($1, 'crm', 'Customers', 'https://crm.example.com/mcp', 'user')",
          [world.orgId],
        );
        const tokens = () =>
          stack.sql<{ email: string; secret: string }>(
            `select u.email, s.decrypted_secret as secret
             from public.ai_mcp_authorizations as a
             join public.ai_mcp_servers as m on (m.org_id, m.id) = (a.org_id, a.server_id) and m.name = 'crm'
             join auth.users as u on u.id = a.holder join vault.decrypted_secrets as s on s.id = a.secret_id`,
          );
        const page = await visit("/demo/tools", "member");
        const row = page.getByRole("row", { name: /Customers/ });
        await row.getByText("not connected").waitFor();
        await row.getByRole("button", { name: "Give a token" }).click();
        await page.getByLabel("Token", { exact: true }).fill("token-of-the-member");
        await page.getByRole("button", { name: "Review" }).click();
        await page.getByRole("button", { name: "Save" }).click();
        await row.getByText(/^connected/).waitFor();
        assert.deepEqual(await tokens(), [{ email: "member@test.example", secret: "token-of-the-member" }]);
        const other = await visit("/demo/tools", "manager");
        await other.getByRole("row", { name: /Customers/ }).getByText("not connected").waitFor();
        await other.context().close();
        await screenshot(page, "tools-member");
        assert.deepEqual(await accessibilityProblems(page), []);
        await row.getByRole("button", { name: "Take back" }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Take back" }).click();
        await row.getByText("not connected").waitFor();
        assert.deepEqual(await tokens(), []);
        await page.context().close();
      });

      for (
        const [name, options] of [
          ["light", {}],
          ["dark", { colorScheme: "dark" }],
          ["phone", { viewport: { width: 390, height: 844 } }],
          ["german", { locale: "de-DE" }],
        ] as const
      ) {
        await test.step(`the page and its dialogs are accessible: ${name}`, async () => {
          const page = await visit("/demo/tools", "owner", options);
          await page.getByRole("row", { name: /shop_count/ }).waitFor();
          assert.deepEqual(await accessibilityProblems(page), []);
          const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
          assert.ok(overflow <= 0, `${overflow} pixels too wide`);
          await screenshot(page, `tools-${name}`);
          await page.getByRole("button", { name: /http_request$/ }).click();
          await page.getByRole("dialog").waitFor();
          assert.deepEqual(await accessibilityProblems(page), [], "the dialog");
          await screenshot(page, `tools-dialog-${name}`);
          await page.context().close();
        });
      }

      await test.step("what a server that is gone says is told, and it is removed with its tools", async () => {
        server.script.instead = () => new Response("down", { status: 503 });
        const page = await visit("/demo/tools", "admin");
        await page.getByRole("button", { name: "Look for tools Warehouse" }).click();
        await page.getByRole("alert").waitFor();
        await page.getByRole("button", { name: "Remove Warehouse" }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
        await page.getByRole("row", { name: /^Warehouse/ }).waitFor({ state: "detached" });
        assert.equal(await tool("shop_count"), undefined);
        await page.context().close();
      });

      assert.deepEqual(browser.problems, []);
    } finally {
      await dashboard.stop();
    }
  },
});
