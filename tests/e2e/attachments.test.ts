/** Files that go with a message: sent with progress, answered from, looked at, opened, kept. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { makePdf, proseLines } from "../../shared/documents/testing/mod.ts";
import { accessibilityProblems } from "./accessibility.ts";
import { screenshot } from "./browser.ts";
import { answered, conversationOf, say } from "./chat-actions.ts";
import { startDashboardWorld } from "./dashboard-world.ts";

Deno.test({
  name: "dashboard: files in a chat",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(test) {
    const dashboard = await startDashboardWorld();
    const { world, browser, visit } = dashboard;
    const { stack } = world;
    try {
      await test.step("a file goes with a message, and is answered from", async () => {
        const page = await visit("/demo/chat");
        const buffer = Buffer.from("The warranty for porcelain tiles lasts twelve years.");
        await page.locator('.composer input[type="file"]').setInputFiles({
          name: "warranty.txt",
          mimeType: "text/plain",
          buffer,
        });
        await page.getByRole("list", { name: "Attached" }).getByText("warranty.txt").waitFor();
        await page.getByRole("progressbar").waitFor({ state: "detached" });
        await say(page, "How long does the warranty for porcelain tiles last?");
        await answered(page);
        const [question, answer] = await stack.sql<{ attachments: unknown[]; content: string }>(
          "select attachments, content from public.ai_messages where conversation_id = $1 order by position",
          [conversationOf(page)],
        );
        assert.equal(question?.attachments.length, 1);
        assert.match(answer?.content ?? "", /twelve years/);
        await page.getByRole("button", { name: "Look at warranty.txt" }).click();
        const file = page.getByRole("dialog", { name: "warranty.txt" });
        await file.getByText("twelve years").waitFor();
        const [kept] = await Promise.all([
          page.waitForEvent("download"),
          file.getByRole("link", { name: "Download" }).click(),
        ]);
        assert.equal(kept.suggestedFilename(), "warranty.txt");
        assert.deepEqual(Buffer.from(await Deno.readFile(await kept.path())), buffer);
        await page.context().close();
      });

      await test.step("a picture and a PDF that came along are looked at and opened", async () => {
        const page = await visit("/demo/chat");
        const picture = await page.screenshot();
        await page.locator('.composer input[type="file"]').setInputFiles([
          { name: "room.png", mimeType: "image/png", buffer: picture },
          {
            name: "offer.pdf",
            mimeType: "application/pdf",
            buffer: Buffer.from(makePdf([{ lines: proseLines(["Offer 4711", "Slate for 42 bathrooms."]) }])),
          },
        ]);
        await page.getByRole("progressbar").first().waitFor({ state: "detached" });
        await say(page, "What is in these two files?");
        await answered(page);
        await page.getByRole("button", { name: "Look at room.png" }).click();
        const dialog = page.getByRole("dialog");
        const image = dialog.getByRole("img", { name: "room.png" });
        await image.waitFor();
        await page.waitForFunction("document.querySelector('.file-preview img')?.naturalWidth > 0");
        assert.equal(await accessibilityProblems(page).then((found) => found.length), 0);
        await screenshot(page, "chat-picture");
        assert.match(
          await dialog.getByRole("link", { name: "Open in a new tab" }).getAttribute("href") ?? "",
          /^blob:/,
        );
        await dialog.getByRole("button", { name: "Close" }).click();
        await page.getByRole("button", { name: "Look at offer.pdf" }).click();
        await dialog.locator("iframe[title='offer.pdf']").waitFor();
        await screenshot(page, "chat-pdf");
        await page.context().close();
      });

      assert.deepEqual(browser.problems, []);
    } finally {
      await dashboard.stop();
    }
  },
});
