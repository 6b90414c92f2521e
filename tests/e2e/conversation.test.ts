/** What is told of a conversation, in a real browser: made on demand, as the database keeps it, and kept as a file. */
import assert from "node:assert/strict";
import { accessibilityProblems } from "./accessibility.ts";
import { screenshot } from "./browser.ts";
import { startDashboardWorld } from "./dashboard-world.ts";

Deno.test({
  name: "dashboard: about a conversation",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(test) {
    const dashboard = await startDashboardWorld();
    const { world, browser, visit } = dashboard;
    const { stack } = world;
    let conversation = "";
    try {
      await test.step("a conversation says what it came to, and is kept as a file", async () => {
        const page = await visit("/demo/chat");
        await page.getByLabel("Message", { exact: true }).fill("What should I ask a hotel owner about 42 bathrooms?");
        await page.keyboard.press("Enter");
        await page.getByRole("button", { name: "Answer again" }).waitFor();
        conversation = new URL(page.url()).searchParams.get("conversation") ?? "";
        // What the background made of it is not this step's matter.
        for (const table of ["summaries", "topics", "sentiments"]) {
          await stack.sql(`delete from public.ai_conversation_${table} where conversation_id = $1`, [conversation]);
        }
        await page.getByRole("button", { name: "About this conversation" }).click();
        const about = page.getByRole("dialog", { name: "About this conversation" });
        await about.getByText("Nobody has looked at this conversation yet").waitFor();
        await about.getByRole("button", { name: "Look at it now" }).click();
        await about.getByRole("button", { name: "Look at it again" }).waitFor();
        const [kept] = await stack.sql<{ summary: string; topics: string[]; overall: string }>(
          `select s.summary_text as summary, m.overall,
             array(select t.topic from public.ai_conversation_topics as t where t.conversation_id = s.conversation_id) as topics
           from public.ai_conversation_summaries as s
           join public.ai_conversation_sentiments as m on m.conversation_id = s.conversation_id
           where s.conversation_id = $1 and s.summary_type = 'executive'`,
          [conversation],
        );
        assert.ok(kept !== undefined && kept.summary !== "" && kept.topics.length > 0, JSON.stringify(kept));
        const words = (text: string) => text.replace(/\s+/g, " ").trim();
        const summary = words(await about.getByRole("region", { name: "Summary" }).innerText());
        assert.ok(summary.includes(words(kept.summary)), `${summary} does not say ${kept.summary}`);
        assert.equal(
          await about.getByRole("region", { name: "Topics" }).getByRole("listitem").count(),
          kept.topics.length,
        );
        await about.getByRole("group", { name: "Kind of summary" }).getByRole("button", { name: "Time line" }).click();
        await about.getByText("Nobody has asked for this kind yet.").waitFor();
        await about.getByRole("button", { name: "Write it (one request)" }).click();
        await about.getByRole("button", { name: "Write it again (one request)" }).waitFor();
        const [line] = await stack.sql<{ text: string }>(
          "select summary_text as text from public.ai_conversation_summaries where conversation_id = $1 and summary_type = 'timeline'",
          [conversation],
        );
        assert.ok(
          words(await about.getByRole("region", { name: "Summary" }).innerText()).includes(words(line?.text ?? "?")),
        );
        await screenshot(page, "chat-about-timeline");
        const moods = { positive: "good", negative: "bad", neutral: "neutral", mixed: "mixed" };
        const mood = await about.getByRole("region", { name: "Mood" }).innerText();
        assert.ok(mood.includes(moods[kept.overall as keyof typeof moods]), mood);

        for (
          const [format, ending] of [["Markdown", "md"], ["Web page", "html"], ["PDF", "pdf"], [
            "JSON",
            "json",
          ]] as const
        ) {
          const [file] = await Promise.all([
            page.waitForEvent("download"),
            about.getByRole("button", { name: format, exact: true }).click(),
          ]);
          assert.ok(file.suggestedFilename().endsWith(`.${ending}`), file.suggestedFilename());
          const content = await Deno.readFile(await file.path());
          if (ending === "pdf") assert.equal(new TextDecoder().decode(content.subarray(0, 5)), "%PDF-");
          else assert.ok(new TextDecoder().decode(content).includes("about 42 bathrooms"), format);
        }
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
        await test.step(`it is accessible: ${name}`, async () => {
          const page = await visit(`/demo/chat?conversation=${conversation}`, "owner", options);
          await page.getByRole("button", { name: /^(About this conversation|Über dieses Gespräch)$/ }).click();
          await page.getByRole("region", { name: /^(Summary|Zusammenfassung)$/ }).waitFor();
          assert.deepEqual(await accessibilityProblems(page), []);
          const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
          assert.ok(overflow <= 0, `${overflow} pixels too wide`);
          await screenshot(page, `chat-about-${name}`);
          await page.context().close();
        });
      }

      assert.deepEqual(browser.problems, []);
    } finally {
      await dashboard.stop();
    }
  },
});
