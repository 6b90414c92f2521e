/** Assistants and memory in a real browser: made, changed, compared, rolled back, copied; seen, corrected, forgotten, erased. */
import assert from "node:assert/strict";
import { accessibilityProblems } from "./accessibility.ts";
import { screenshot } from "./browser.ts";
import { startDashboardWorld } from "./dashboard-world.ts";

Deno.test({
  name: "dashboard: assistants and memory",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(test) {
    const dashboard = await startDashboardWorld();
    const { world, browser, visit } = dashboard;
    const { stack, orgId } = world;
    let id = "";
    try {
      await test.step("an assistant is made with what it may do, and the wrong is refused at once", async () => {
        const page = await visit("/demo/assistants", "member");
        await page.getByText("No assistants yet").waitFor();
        await page.getByRole("link", { name: "New assistant" }).click();
        const save = page.getByRole("button", { name: "Save" });
        assert.ok(await save.isDisabled());
        await page.getByLabel("Name", { exact: true }).fill("Tile expert");
        await page.getByLabel("Instructions").fill("Answer questions about tiles.");
        await page.getByLabel("Temperature").fill("3");
        await page.getByText("Between 0 and 2").waitFor();
        assert.ok(await save.isDisabled());
        await page.getByLabel("Temperature").fill("0.2");
        await page.getByRole("group", { name: "Tools" }).getByRole("checkbox").first().check();
        await page.getByLabel("Status").selectOption("active");
        await page.getByLabel("Shared with").selectOption("organization");
        await save.click();
        await page.getByRole("dialog").getByText("Answer questions about tiles.").waitFor();
        await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
        await page.getByRole("heading", { level: 1, name: "Tile expert" }).waitFor();
        await page.waitForURL(/\/assistants\/[0-9a-f-]{36}$/);
        id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
        const [row] = await stack.sql<{ temperature: number; tools: string[]; status: string; visibility: string }>(
          "select temperature::float8 as temperature, tools, status, visibility from public.ai_assistants where id = $1",
          [id],
        );
        assert.deepEqual([row?.temperature, row?.tools.length, row?.status, row?.visibility], [
          0.2,
          1,
          "active",
          "organization",
        ]);
        await page.context().close();
      });

      await test.step("a change is a version that can be compared and gone back from", async () => {
        const page = await visit(`/demo/assistants/${id}`, "member");
        await page.getByLabel("Instructions").fill("Answer questions about tiles and grout.");
        await page.getByRole("button", { name: "Save" }).click();
        await page.getByRole("dialog").getByText("Answer questions about tiles.", { exact: true }).waitFor();
        await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
        await page.getByRole("region", { name: "Versions" }).getByText("version 2").waitFor();
        await screenshot(page, "assistant-versions");
        await page.getByRole("button", { name: "Compare version 1 with now" }).click();
        const dialog = page.getByRole("dialog");
        await dialog.getByText("Answer questions about tiles and grout.").waitFor();
        await screenshot(page, "assistant-diff");
        await dialog.getByRole("button", { name: "Go back to it" }).click();
        await page.getByRole("region", { name: "Versions" }).getByText("version 3").waitFor();
        const rows = await stack.sql("select instructions, version from public.ai_assistants where id = $1", [id]);
        assert.deepEqual(rows, [{ instructions: "Answer questions about tiles.", version: 3 }]);
        await page.context().close();
      });

      await test.step("somebody else's change in between is not overwritten", async () => {
        const page = await visit(`/demo/assistants/${id}`, "member");
        await page.getByLabel("Description").fill("Mine");
        await stack.sql("update public.ai_assistants set description = 'Theirs' where id = $1", [id]);
        await page.getByRole("button", { name: "Save" }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
        await page.getByText("Somebody else changed this meanwhile.").waitFor();
        await page.context().close();
      });

      await test.step("a template is copied, a default is chosen, and the chat talks to it", async () => {
        await stack.sql("update public.ai_assistants set is_template = true where id = $1", [id]);
        const page = await visit("/demo/assistants", "owner");
        await page.getByRole("region", { name: "Templates" }).getByRole("button", { name: "Copy Tile expert" }).click();
        await page.getByLabel("Name of the copy").fill("My tile expert");
        await page.getByRole("dialog").getByRole("button", { name: "Copy" }).click();
        await page.getByRole("heading", { level: 1, name: "My tile expert" }).waitFor();
        await page.getByLabel("Status").selectOption("active");
        await page.getByRole("button", { name: "Save" }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
        await page.getByText("Saved").waitFor();
        await page.getByRole("link", { name: "All assistants" }).click();
        await page.getByRole("button", { name: "Always talk to My tile expert" }).click();
        await page.getByText("your default").waitFor();
        await page.goto(`${stack.url}/dashboard/demo/chat`);
        await page.getByRole("option", { name: "My tile expert" }).first().waitFor({ state: "attached" });
        await page.getByLabel("Message", { exact: true }).fill("Hello");
        await page.keyboard.press("Enter");
        await page.getByRole("article", { name: "My tile expert" }).waitFor();
        await page.context().close();
      });

      await test.step("a guest sees no assistant that is not shared with guests", async () => {
        const page = await visit("/demo/assistants", "guest");
        await page.getByText("No assistants yet").waitFor();
        assert.equal(await page.getByRole("link", { name: "New assistant" }).count(), 0);
        await page.context().close();
      });

      await test.step("memory is told, searched, corrected, forgotten and erased", async () => {
        const page = await visit("/demo/memory", "member");
        await page.getByText("Nothing is kept").waitFor();
        for (const text of ["Prefers calls in the morning", "Runs a hotel with 42 rooms"]) {
          await page.getByRole("button", { name: "Tell something" }).click();
          await page.getByLabel("What is known").fill(text);
          await page.getByRole("button", { name: "Review" }).click();
          await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
          await page.getByRole("dialog").waitFor({ state: "detached" });
          await page.getByRole("row", { name: new RegExp(text) }).waitFor();
        }
        await page.getByRole("searchbox", { name: "Search" }).fill("hotel");
        await page.getByText("Prefers calls").waitFor({ state: "detached" });
        await page.getByRole("button", { name: /^Correct/ }).click();
        await page.getByLabel("What is known").fill("Runs a hotel with 43 rooms");
        await page.getByRole("button", { name: "Review" }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
        await page.getByRole("dialog").waitFor({ state: "detached" });
        await page.getByRole("row", { name: /43 rooms/ }).waitFor();
        await page.getByRole("searchbox", { name: "Search" }).fill("");
        await page.getByRole("button", { name: /^Forget “Prefers/ }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Forget" }).click();
        await page.getByRole("dialog").waitFor({ state: "detached" });
        await page.getByText("1 statement", { exact: true }).waitFor();
        assert.deepEqual(await accessibilityProblems(page), []);
        await screenshot(page, "memory");
        // The same beside a chat.
        const chat = await visit("/demo/chat", "member");
        await chat.getByRole("button", { name: "What is remembered of you" }).click();
        const panel = chat.getByRole("dialog", { name: "Memory" });
        await panel.getByRole("row", { name: /43 rooms/ }).waitFor();
        assert.deepEqual(await accessibilityProblems(chat), []);
        await screenshot(chat, "chat-memory");
        await panel.getByRole("button", { name: /^Correct/ }).click();
        await chat.getByLabel("What is known").fill("Runs a hotel with 44 rooms");
        await chat.getByRole("button", { name: "Review" }).click();
        await chat.getByRole("button", { name: "Save" }).click();
        await panel.getByRole("row", { name: /44 rooms/ }).waitFor();
        await chat.context().close();
        await page.getByRole("button", { name: "Erase everything" }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Erase everything" }).click();
        await page.getByText("Nothing is kept").waitFor();
        assert.deepEqual(await stack.sql("select 1 from public.ai_memories where org_id = $1", [orgId]), []);
        await page.context().close();
      });

      for (
        const [name, options] of [
          ["light", {}],
          ["dark", { colorScheme: "dark" }],
          ["phone", { viewport: { width: 390, height: 844 } }],
          ["wide", { viewport: { width: 1920, height: 1080 } }],
          ["german", { locale: "de-DE" }],
        ] as const
      ) {
        await test.step(`the pages are accessible: ${name}`, async () => {
          const page = await visit("/demo/assistants", "owner", options);
          for (
            const [title, path, sign] of [
              ["assistants", "/demo/assistants", ".assistant-card"],
              ["assistant", `/demo/assistants/${id}`, "tbody tr"],
              ["memory-empty", "/demo/memory", ".page-header"],
            ] as const
          ) {
            await page.goto(`${stack.url}/dashboard${path}`);
            await page.locator(sign).first().waitFor();
            await page.waitForLoadState("networkidle");
            assert.deepEqual(await accessibilityProblems(page), [], title);
            const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
            assert.ok(overflow <= 0, `${title} is ${overflow} pixels too wide`);
            await screenshot(page, `${title}-${name}`);
          }
          await page.context().close();
        });
      }

      assert.deepEqual(browser.problems, []);
    } finally {
      await dashboard.stop();
    }
  },
});
