/** The chat in a real browser: what is said and answered is what the database keeps. */
import assert from "node:assert/strict";
import { accessibilityProblems } from "./accessibility.ts";
import { screenshot } from "./browser.ts";
import { answered, conversationOf, say } from "./chat-actions.ts";
import { startDashboardWorld } from "./dashboard-world.ts";

Deno.test({
  name: "dashboard: chat",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(test) {
    const dashboard = await startDashboardWorld();
    const { world, browser, visit } = dashboard;
    const { stack, owner, orgId, standIn } = world;
    const rowsOf = (conversation: string) =>
      stack.sql<{ id: string; role: string; content: string; status: string; parent_id: string | null }>(
        "select id, role, content, status, parent_id from public.ai_messages where conversation_id = $1 order by position",
        [conversation],
      );
    try {
      const { data: coach, error } = await owner.rpc("save_assistant", {
        p_org_id: orgId,
        p_config: {
          name: "Sales coach",
          description: "Helps with difficult customers.",
          instructions: "Help with sales.",
          status: "active",
          visibility: "organization",
        },
      });
      assert.equal(error, null);

      await test.step("a first message begins a conversation with an address and a place in the history", async () => {
        const page = await visit("/demo/chat");
        await page.getByText("What can I do for you?").waitFor();
        await page.getByRole("button", { name: /Sales coach/ }).click();
        assert.equal(await page.getByLabel("Who answers").inputValue(), coach.id);
        await say(page, "What should I ask a hotel owner who wants to retile 42 bathrooms?");
        await answered(page);
        const conversation = conversationOf(page);
        const rows = await rowsOf(conversation);
        assert.deepEqual(rows.map(({ role, status }) => [role, status]), [
          ["user", "complete"],
          ["assistant", "complete"],
        ]);
        const answer = page.getByRole("article", { name: "Sales coach" });
        assert.ok((await answer.innerText()).includes(rows[1]?.content.slice(0, 30) ?? "?"));
        await page.getByRole("link", { name: /What should I ask a hotel owner/ }).waitFor();

        await say(page, "And what about the price?");
        await answered(page, 2);
        assert.equal((await rowsOf(conversation)).length, 4);

        await page.getByRole("button", { name: "A good answer" }).last().click();
        await page.getByText("Thank you").waitFor();
        const rated = await stack.sql("select outcome, user_rating from public.ai_quality_metrics");
        assert.deepEqual(rated, [{ outcome: "rated", user_rating: 5 }]);

        await page.reload();
        await page.getByRole("article", { name: "You" }).nth(1).waitFor();
        assert.equal(await page.getByRole("article").count(), 4);
        await page.context().close();
      });

      await test.step("an answer is stopped, and what had come stays", async () => {
        const page = await visit("/demo/chat");
        standIn.control.setFaults([{ kind: "stall", after_events: 4 }]);
        await say(page, "Tell me a long story about tiles and the people who lay them.");
        await page.getByRole("article", { name: "Assistant" }).locator(".markdown").waitFor();
        await page.getByRole("button", { name: "Stop" }).click();
        await page.getByText("stopped", { exact: true }).waitFor();
        standIn.control.setFaults([]);
        const [, answer] = await rowsOf(conversationOf(page));
        assert.equal(answer?.status, "stopped");
        assert.ok((answer?.content.length ?? 0) > 0);
        await page.context().close();
      });

      await test.step("a failure says why and can be tried again", async () => {
        const page = await visit("/demo/chat");
        standIn.control.setFaults([{ kind: "status", status: 500 }]);
        await say(page, "Is anybody there?");
        await page.getByText("No provider answers at the moment.").waitFor();
        standIn.control.setFaults([]);
        await screenshot(page, "chat-failed");
        await page.getByRole("button", { name: "Try again" }).click();
        await answered(page);
        await page.context().close();
      });

      await test.step("without a connection it says so, keeps the words and says them again", async () => {
        const page = await visit("/demo/chat");
        await page.getByText("What can I do for you?").waitFor();
        await page.context().setOffline(true);
        await say(page, "Said in a tunnel");
        await page.getByRole("article").getByText("Nothing answers.").waitFor();
        await page.context().setOffline(false);
        await page.getByRole("button", { name: "Try again" }).click();
        await answered(page);
        await page.context().close();
      });

      await test.step("a connection that is lost is taken up again, without a word missing", async () => {
        const page = await visit("/demo/chat");
        await page.getByText("What can I do for you?").waitFor();
        let resumed = 0;
        await page.route("**/functions/v1/chat", async (route) => {
          if (route.request().method() !== "POST") return route.fallback();
          const response = await route.fetch();
          const events = (await response.text()).split("\n\n");
          await route.fulfill({ response, body: `${events.slice(0, 3).join("\n\n")}\n\n` });
        });
        page.on("request", (request) => {
          if (request.url().includes("/chat?request_id=")) resumed++;
        });
        await say(page, "Tell me a story about tiles, and about grout.");
        await answered(page);
        assert.equal(resumed, 1);
        const [, answer] = await rowsOf(conversationOf(page));
        assert.equal(answer?.status, "complete");
        assert.equal(
          (await page.getByRole("article", { name: "Assistant" }).locator(".markdown").innerText()).trim(),
          answer?.content.trim(),
        );
        await page.context().close();
      });

      await test.step("an edited question and a repeated answer are branches that one switches between", async () => {
        const page = await visit("/demo/chat");
        await say(page, "First question");
        await answered(page);
        await say(page, "Second question");
        await answered(page, 2);
        await page.getByRole("button", { name: "Edit the message" }).last().click();
        await page.getByRole("textbox", { name: "Edit the message" }).fill("Second question, edited");
        await page.getByRole("article", { name: "You" }).getByRole("button", { name: "Send" }).click();
        await page.getByText("2/2").waitFor();
        assert.equal(await page.getByText("Second question", { exact: true }).count(), 0);
        await page.getByRole("button", { name: "Version before" }).click();
        await page.getByText("1/2").waitFor();
        await page.getByText("Second question", { exact: true }).waitFor();
        assert.equal(await page.getByText("Second question, edited").count(), 0);
        const rows = await rowsOf(conversationOf(page));
        assert.equal(rows[4]?.content, "Second question, edited");
        assert.equal(rows[4]?.parent_id, rows[2]?.parent_id);

        // Another answer to the same question, beside the first.
        await page.getByRole("button", { name: "Answer again" }).last().click();
        await page.getByRole("article", { name: "Assistant" }).last().getByText("2/2").waitFor();
        const [, , , first, , , second] = await rowsOf(conversationOf(page));
        assert.deepEqual([second?.role, second?.parent_id], ["assistant", first?.parent_id]);
        // The very first question, too.
        await page.getByRole("button", { name: "Edit the message" }).first().click();
        await page.getByRole("textbox", { name: "Edit the message" }).fill("First question, edited");
        await page.getByRole("article", { name: "You" }).getByRole("button", { name: "Send" }).click();
        await page.getByRole("article", { name: "You" }).getByText("2/2").waitFor();
        assert.equal(await page.getByRole("article").count(), 2);
        await page.context().close();
      });

      await test.step("a tool finds passages, and its sources lead to them, now and later", async () => {
        const base = await owner.from("knowledge_bases").insert({ org_id: orgId, name: "Stone" }).select("id");
        const ingested = await world.call("ingest-document", {
          input: { name: "Care of slate", text: "Slate is cleaned with neutral soap.", base_id: base.data?.[0]?.id },
        });
        assert.equal(ingested.status, 200, JSON.stringify(ingested.body));
        const { data: librarian } = await owner.rpc("save_assistant", {
          p_org_id: orgId,
          p_config: { name: "Librarian", tools: ["knowledge_search"], status: "active" },
        });
        const page = await visit(`/demo/chat?assistant=${librarian.id}`);
        await say(page, "Search the knowledge documents: how is slate cleaned?");
        await answered(page);
        const sources = page.getByRole("list", { name: "Sources" });
        await sources.getByRole("link", { name: /Care of slate/ }).waitFor();
        await page.reload();
        await page.getByText("knowledge_search", { exact: true }).click();
        await page.locator(".call-parts", { hasText: "neutral soap" }).waitFor();
        assert.deepEqual(await accessibilityProblems(page), []);
        await screenshot(page, "chat-tools");
        await sources.getByRole("link", { name: /Care of slate/ }).click();
        await page.getByRole("heading", { level: 1, name: "Care of slate" }).waitFor();
        await page.locator(".passage-shown", { hasText: "neutral soap" }).waitFor();
        await page.context().close();
      });

      await test.step("a tool that writes asks first, and goes on as the user decides", async () => {
        const [lead] = await stack.sql<{ id: string }>(
          "insert into public.leads (org_id, name, company) values ($1, 'Rosa Probst', 'Probst GmbH') returning id",
          [orgId],
        );
        const { data: seller } = await owner.rpc("save_assistant", {
          p_org_id: orgId,
          p_config: { name: "Seller", tools: ["note_lead"], status: "active" },
        });
        for (const [button, status] of [["Refuse", "denied"], ["Allow", "succeeded"]] as const) {
          const page = await visit(`/demo/chat?assistant=${seller.id}`);
          await say(page, `Add a note to the lead with lead_id ${lead?.id}: "Call back on Monday"`);
          const approval = page.getByRole("group", { name: "May the assistant do this?" });
          await approval.waitFor();
          await screenshot(page, "chat-approval");
          assert.deepEqual(await accessibilityProblems(page), []);
          await approval.getByRole("button", { name: button }).click();
          await answered(page);
          const [call] = await stack.sql("select status from public.ai_tool_calls order by created_at desc limit 1");
          assert.deepEqual(call, { status });
          await page.context().close();
        }
      });

      await test.step("model text never becomes markup", async () => {
        const page = await visit("/demo/chat");
        await say(page, "Hello there");
        await answered(page);
        const conversation = conversationOf(page);
        await stack.sql(
          `update public.ai_messages set content = $2 where conversation_id = $1 and role = 'assistant'`,
          [
            conversation,
            '**bold** <img src=x onerror="document.title=\'owned\'"> [run](javascript:alert(1)) ![pixel](https://tracker.example/p.png)\n\n<script>document.title="owned"</script>',
          ],
        );
        const asked: string[] = [];
        page.on("request", (request) => asked.push(request.url()));
        await page.reload();
        await page.locator(".markdown strong", { hasText: "bold" }).waitFor();
        assert.equal(await page.locator(".markdown :is(img, script)").count(), 0);
        assert.equal(await page.locator('.markdown a[href^="javascript"]').count(), 0);
        assert.doesNotMatch(await page.title(), /owned/);
        assert.deepEqual(asked.filter((url) => url.includes("tracker")), []);
        await page.context().close();
      });

      await test.step("the history is searched by title and by what was said, which leads to the message", async () => {
        const page = await visit("/demo/chat");
        await page.getByRole("searchbox", { name: "Search conversations" }).fill("second question");
        const found = page.getByRole("region", { name: "In messages" }).getByRole("link").first();
        await found.click();
        await page.getByRole("article").getByText(/Second question/).first().waitFor();
        assert.ok(new URL(page.url()).searchParams.has("message"));
        await page.context().close();
      });

      await test.step("a conversation is renamed, put away and deleted", async () => {
        const page = await visit("/demo/chat");
        await page.getByRole("link", { name: /First question/ }).click();
        await page.getByRole("button", { name: "Rename" }).click();
        await page.getByLabel("Title").fill("A better title");
        await page.getByRole("button", { name: "Save" }).click();
        await page.getByRole("heading", { level: 1, name: "A better title" }).waitFor();
        await page.getByRole("button", { name: "Put away" }).click();
        await page.getByRole("link", { name: /A better title/ }).waitFor({ state: "detached" });
        await page.getByRole("button", { name: "Take out again" }).waitFor();
        await page.getByRole("button", { name: "Delete", exact: true }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
        await page.getByText("What can I do for you?").waitFor();
        assert.deepEqual(await stack.sql("select 1 from public.ai_conversations where title = 'A better title'"), []);
        await page.context().close();
      });

      await test.step("nobody else reads it", async () => {
        const [row] = await stack.sql<{ id: string }>("select id from public.ai_conversations limit 1");
        const page = await visit(`/demo/chat?conversation=${row?.id}`, "member");
        await page.getByText("There is no such conversation").waitFor();
        await page.context().close();
      });

      await test.step("a thousand messages keep few elements in the page, and it opens at the end", async () => {
        const conversation = crypto.randomUUID();
        const [user] = await stack.sql<{ id: string }>("select id from auth.users where email = $1", [
          stack.demo?.email,
        ]);
        await stack.sql(
          "insert into public.ai_conversations (org_id, id, user_id, title) values ($1, $2, $3, 'A long talk')",
          [orgId, conversation, user?.id],
        );
        await stack.sql(
          `with numbered as (
             select n, gen_random_uuid() as id from generate_series(1, 1000) as n
           ), chained as (
             select n, id, lag(id) over (order by n) as parent from numbered
           )
           insert into public.ai_messages (org_id, id, conversation_id, user_id, parent_id, role, content, completed_at)
           select $1, id, $2, $3, parent, case n % 2 when 1 then 'user' else 'assistant' end,
             'Message number ' || n || '. ' || repeat('Some words about tiles. ', n % 17), now()
           from chained order by n`,
          [orgId, conversation, user?.id],
        );
        const page = await visit(`/demo/chat?conversation=${conversation}`);
        await page.getByText(/^Message number 1000\./).waitFor();
        assert.ok(await page.getByRole("article").count() < 60, "only what is in sight is in the page");
        const top = await page.evaluate<boolean>(`(() => {
          const list = document.querySelector(".chat-list");
          return list.scrollHeight - list.scrollTop - list.clientHeight < 100;
        })()`);
        assert.ok(top, "the newest message is in sight");
        await page.locator(".chat-list").hover();
        await page.mouse.wheel(0, -1_000_000);
        await page.getByText(/^Message number 1\./).waitFor();
        await page.getByRole("button", { name: "To the newest" }).click();
        await page.getByText(/^Message number 1000\./).waitFor();
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
        await test.step(`it is accessible: ${name}`, async () => {
          const begin = await visit("/demo/chat", "owner", options);
          await begin.locator(".offer").first().waitFor();
          assert.deepEqual(await accessibilityProblems(begin), []);
          await screenshot(begin, `chat-begin-${name}`);
          const [row] = await stack.sql<{ id: string }>(
            "select id from public.ai_conversations where title like 'What should I ask%'",
          );
          await begin.goto(`${stack.url}/dashboard/demo/chat?conversation=${row?.id}`);
          await begin.getByRole("article").nth(3).waitFor();
          await begin.waitForLoadState("networkidle");
          assert.deepEqual(await accessibilityProblems(begin), []);
          const overflow = await begin.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
          assert.ok(overflow <= 0, `the page is ${overflow} pixels too wide`);
          await screenshot(begin, `chat-${name}`);
          await begin.context().close();
        });
      }

      assert.deepEqual(browser.problems, []);
    } finally {
      await dashboard.stop();
    }
  },
});
