/** Knowledge and jobs in a real browser: documents in, cited answers out, and what it cost is what the log says. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { accessibilityProblems } from "./accessibility.ts";
import { type Page, screenshot } from "./browser.ts";
import { startDashboardWorld, stat } from "./dashboard-world.ts";

const CARE = "# Care\n\nClean porcelain tiles with warm water. Do not use wax.\n\n" +
  "# Sizes\n\n| Size | Weight |\n|---|---|\n| 60 x 60 | 14 kg |\n| 120 x 60 | 28 kg |\n";

const FROST = `<h1>Outdoor tiles</h1><p>Terraces carry heavy loads. They need a slope of two percent.</p>
  <div style="break-before: page"></div><h1>Frost</h1>
  <p>Porcelain tiles that absorb less than 0.5 percent of water resist frost and may be laid outdoors.</p>`;

/** Bytes the browser sends at once. */
const PIECE = 6 * 1024 * 1024;

Deno.test({
  name: "dashboard: knowledge and jobs",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(test) {
    const dashboard = await startDashboardWorld();
    const { world, browser, visit } = dashboard;
    const { stack } = world;
    const dollars = (text: string) => Number(text.replace(/[^\d.]/g, ""));
    const choose = (page: Page, name: string, mimeType: string, buffer: Buffer) =>
      page.getByLabel("Choose files").setInputFiles({ name, mimeType, buffer });
    // A PDF as people have them: printed by a browser.
    const printed = async (html: string): Promise<Buffer> => {
      const page = await browser.open("about:blank");
      await page.setContent(html);
      const pdf = await page.pdf();
      await page.context().close();
      return Buffer.from(pdf);
    };
    let baseId = "";
    try {
      await test.step("without a base it says how to begin, and a manager makes one", async () => {
        const guest = await visit("/demo/knowledge", "guest");
        await guest.getByText("Nobody has shared a base with you yet.").waitFor();
        assert.equal(await guest.getByRole("button", { name: "New base" }).count(), 0);
        await guest.context().close();

        const page = await visit("/demo/knowledge", "manager");
        await page.getByText("Nothing is known yet").waitFor();
        await page.getByRole("button", { name: "New base" }).click();
        await page.getByLabel("Name").fill("Tiles");
        await page.getByLabel("What is in it").fill("How tiles are laid and cared for");
        await page.getByLabel("guest", { exact: true }).uncheck();
        await page.getByRole("button", { name: "Review" }).click();
        await page.getByRole("dialog").getByText("owner, admin, manager, member").waitFor();
        await page.getByRole("button", { name: "Save" }).click();
        await page.getByRole("link", { name: /Tiles/ }).click();
        await page.getByRole("heading", { level: 1, name: "Tiles" }).waitFor();
        baseId = new URL(page.url()).pathname.split("/").at(-1) ?? "";
        const rows = await stack.sql("select name, reader_roles from public.knowledge_bases where id = $1", [baseId]);
        assert.deepEqual(rows, [{ name: "Tiles", reader_roles: ["member", "manager", "admin", "owner"] }]);
        await page.context().close();
      });

      await test.step("a PDF is uploaded and processed live, with the cost of each step as the log has it", async () => {
        const page = await visit(`/demo/knowledge/${baseId}`, "member");
        await page.getByRole("button", { name: "Add documents" }).click();
        await page.getByLabel("Tags").fill("care, tiles");
        await choose(page, "Frost.pdf", "application/pdf", await printed(FROST));
        const line = page.locator(".upload", { hasText: "Frost.pdf" });
        await line.getByText("ready").waitFor({ timeout: 60_000 });
        await line.getByRole("row", { name: /Read pages 2 \/ 2/ }).waitFor();
        const [log] = await stack.sql<{ cost: number; pages: number }>(
          `select sum(r.cost_usd)::float8 as cost, (select max(c.page) from public.document_chunks as c
             join public.documents as d on d.id = c.document_id and d.name = 'Frost.pdf')::int as pages
           from public.ai_request_logs as r join public.ingestion_jobs as j on j.id = r.job_id where j.name = 'Frost.pdf'`,
        );
        assert.equal(log?.pages, 2);
        const shown = dollars(await line.locator(".ingestion-cost").innerText());
        assert.ok(Math.abs(shown - (log?.cost ?? 0)) <= (log?.cost ?? 0) * 0.05, `${shown} is not ${log?.cost}`);
        await screenshot(page, "knowledge-upload");
        await page.context().close();
      });

      await test.step("a large file goes up in pieces, over a connection that breaks and a page that is loaded anew", async () => {
        const path = `${await Deno.makeTempDir()}/Large.html`;
        await Deno.writeTextFile(
          path,
          `<h1>Grout</h1><p>Epoxy grout withstands acids.</p><!-- ${"-".repeat(14_000_000)} -->`,
        );
        const page = await visit(`/demo/knowledge/${baseId}`, "member");
        const sent: string[] = [];
        let broken: (offset: string) => boolean = (offset) => offset !== "0";
        await page.route("**/upload/resumable/*", (route) => {
          const offset = route.request().headers()["upload-offset"] ?? "";
          if (route.request().method() !== "PATCH") return route.continue();
          sent.push(offset);
          return broken(offset) ? route.abort("connectionreset") : route.continue();
        });
        const add = async () => {
          await page.getByRole("button", { name: "Add documents" }).click();
          await page.getByLabel("Choose files").setInputFiles(path);
        };
        const refused = page.waitForEvent("requestfailed");
        await add();
        await refused;
        assert.deepEqual(sent.splice(0).slice(0, 2), ["0", `${PIECE}`]);
        await page.reload();
        let breaks = 1;
        broken = () => breaks-- > 0;
        sent.length = 0;
        await add();
        const line = page.locator(".upload", { hasText: "Large.html" });
        await line.getByText("ready").waitFor({ timeout: 60_000 });
        assert.deepEqual(sent, [`${PIECE}`, `${PIECE}`, `${2 * PIECE}`]);
        const [stored] = await stack.sql<{ size: number }>(
          `select (metadata ->> 'size')::int as size from storage.objects where bucket_id = 'knowledge' and name like '%/Large.html'`,
        );
        assert.equal(stored?.size, (await Deno.stat(path)).size);
        await page.context().close();
      });

      await test.step("texts are taken in, what is known already is said, what cannot be read is refused", async () => {
        const page = await visit(`/demo/knowledge/${baseId}`, "member");
        await page.getByRole("button", { name: "Add documents" }).click();
        await page.getByLabel("Tags").fill("care, tiles");
        await choose(page, "care.md", "text/markdown", Buffer.from(CARE));
        await page.locator(".upload", { hasText: "care.md" }).getByText("ready").waitFor({ timeout: 60_000 });
        await choose(page, "copy.md", "text/markdown", Buffer.from(CARE));
        await page.locator(".upload", { hasText: "copy.md" }).getByText("known already").waitFor();
        await choose(page, "tool.exe", "application/octet-stream", Buffer.from("MZ"));
        await page.getByText("Not accepted: tool.exe").waitFor();
        await choose(page, "cut.pdf", "application/pdf", (await printed(FROST)).subarray(0, 900));
        const cut = page.locator(".upload", { hasText: "cut.pdf" });
        await cut.getByText("failed").waitFor({ timeout: 60_000 });
        await cut.getByRole("alert").waitFor();

        await page.getByLabel("Tags").fill("");
        await page.getByRole("button", { name: "Paste a text instead" }).click();
        await page.getByLabel("Title").fill("Prices");
        await page.getByLabel("Text", { exact: true }).fill("Laying tiles costs 45 euros a square metre.");
        await page.getByRole("button", { name: "Add the text" }).click();
        await page.locator(".upload", { hasText: "Prices" }).getByText("ready").waitFor({ timeout: 60_000 });
        await page.getByRole("region", { name: "Documents", exact: true }).getByRole("link", { name: "Prices" })
          .waitFor();
        assert.equal(await page.getByRole("region", { name: "Documents", exact: true }).getByRole("row").count(), 5);
        await page.context().close();
      });

      await test.step("a question gets an answer with citations that lead to the passage", async () => {
        const page = await visit("/demo/knowledge", "member");
        await page.getByRole("combobox", { name: "Question or words" }).fill(
          "How much water may porcelain tiles absorb to resist frost?",
        );
        await page.getByRole("button", { name: "Ask" }).click();
        const answer = page.getByRole("region", { name: "Answer" });
        await answer.locator(".claim").first().waitFor();
        assert.match(await answer.innerText(), /frost/);
        const citation = answer.getByRole("button", { name: /^Passage \d+: Frost.pdf$/ }).first();
        await citation.click();
        await page.locator(".found-shown").waitFor();
        await screenshot(page, "knowledge-answer");
        await page.locator(".found-shown").getByRole("link").click();
        await page.getByRole("heading", { level: 1, name: "Frost.pdf" }).waitFor();
        const passage = page.locator(".passage-shown", { hasText: "resist frost" });
        await passage.getByText(/page 2/).waitFor();
        await screenshot(page, "knowledge-document");
        await page.context().close();
      });

      await test.step("a search is narrowed by its address, and says when nothing fits", async () => {
        const page = await visit(`/demo/knowledge?q=tiles&tag=care&answer=0`, "member");
        await page.getByText("passages found").waitFor();
        assert.equal(await page.getByRole("region", { name: "Answer" }).count(), 0);
        assert.equal(await page.getByLabel("Tag").inputValue(), "care");
        const names = await page.locator(".found-head a").allInnerTexts();
        assert.ok(names.length > 0 && names.every((name) => /^(care.md|Frost.pdf)/.test(name)), names.join());
        await page.getByLabel("How").selectOption("keyword");
        await page.getByRole("combobox", { name: "Question or words" }).fill("zzzzz");
        await page.getByRole("button", { name: "Ask" }).click();
        await page.getByText("Nothing fits").waitFor();
        await page.context().close();
      });

      await test.step("a search is completed while it is typed, and what people make of its passages is kept", async () => {
        const page = await visit("/demo/knowledge", "member");
        const question = page.getByRole("combobox", { name: "Question or words" });
        const offered = (kind: string) => page.locator(`datalist option[label="${kind}"]`);
        await question.fill("fro");
        await offered("document").and(page.locator("[value='Frost.pdf']")).waitFor({ state: "attached" });
        await question.fill("How much w");
        await offered("asked before").waitFor({ state: "attached" });
        const before = await offered("asked before").getAttribute("value");
        assert.equal(before, "how much water may porcelain tiles absorb to resist frost?");

        await page.goto(`${stack.url}/dashboard/demo/knowledge?q=wax+on+tiles&answer=0`);
        await page.getByRole("button", { name: "Passage 1 fits" }).waitFor();
        await world.settled();
        const judgements = () =>
          stack.sql<{ kind: string; place: number }>(
            `select j.kind, array_position(s.chunk_ids, j.chunk_id) as place from public.knowledge_judgements as j
             join public.knowledge_searches as s on s.org_id = j.org_id and s.id = j.search_id
             where s.query = 'wax on tiles' order by j.kind`,
          );
        await page.getByRole("button", { name: "Passage 1 fits" }).click();
        await page.getByText("Noted").waitFor();
        assert.deepEqual(await judgements(), [{ kind: "relevant", place: 1 }]);
        await page.getByRole("button", { name: "Passage 1 does not fit" }).click();
        await page.locator("[aria-label='Passage 1 does not fit'][aria-pressed=true]").waitFor();
        assert.deepEqual(await judgements(), [{ kind: "irrelevant", place: 1 }]);
        const opened = page.waitForResponse((answer) => answer.url().endsWith("/rpc/judge_passage"));
        await page.locator(".found-passage").nth(1).getByRole("link").click();
        await opened;
        assert.deepEqual(await judgements(), [{ kind: "clicked", place: 2 }, { kind: "irrelevant", place: 1 }]);
        await page.context().close();
      });

      await test.step("a manager sees what searches tell, as the log has it, and a member does not", async () => {
        const page = await visit("/demo/knowledge", "manager");
        await page.getByRole("button", { name: "What searches tell" }).click();
        const [log] = await stack.sql<Record<"searches" | "empty" | "questions" | "answered" | "judged", number>>(
          `select count(*)::int as searches, (count(*) filter (where chunk_ids = '{}'))::int as empty,
             (count(*) filter (where cited_ids is not null))::int as questions,
             (count(*) filter (where cardinality(cited_ids) > 0))::int as answered,
             (select count(distinct search_id) from public.knowledge_judgements where kind <> 'irrelevant')::int as judged
           from public.knowledge_searches`,
        );
        assert.ok(log !== undefined && log.empty > 0 && log.answered > 0 && log.judged > 0, JSON.stringify(log));
        const shown = async (name: string) => (await stat(page, name)).split(/\s+/);
        assert.equal((await shown("searches"))[0], String(log.searches));
        assert.equal((await shown("searches-empty"))[0], String(log.empty));
        const share = Math.round((log.answered / log.questions) * 100);
        assert.equal((await shown("searches-answered")).join(" "), `${share}% of ${log.questions}`);
        assert.match((await shown("searches-rank")).join(" "), new RegExp(`over ${log.judged} search`));

        const card = (name: string) => page.getByRole("region", { name, exact: true }).first();
        await card("What is missing").getByRole("row", { name: /zzzzz/ }).waitFor();
        const [use] = await stack.sql<{ found: number }>(
          `select count(distinct s.id)::int as found from public.knowledge_searches as s
           join public.documents as d on d.id = any (s.document_ids) where d.name = 'Frost.pdf'`,
        );
        const used = card("Documents that are found").getByRole("row", { name: /Frost\.pdf/ });
        assert.equal(await used.getByRole("cell").first().innerText(), String(use?.found));
        await card("Tags").getByRole("row", { name: /^care/ }).waitFor();
        const [health] = await stack.sql<{ documents: number; passages: number }>(
          `select (select count(*) from public.documents)::int as documents,
             (select count(*) from public.document_chunks)::int as passages`,
        );
        const cells = await card("State of the bases").getByRole("row", { name: /Tiles/ }).getByRole("cell")
          .allInnerTexts();
        assert.deepEqual([cells[0], cells[4]], [String(health?.documents), String(health?.passages)]);
        await page.context().close();

        const member = await visit("/demo/knowledge?view=insights", "member");
        await member.getByRole("heading", { name: "Bases" }).waitFor();
        assert.equal(await member.getByRole("button", { name: "What searches tell" }).count(), 0);
        await member.context().close();
      });

      await test.step("a document is shared with fewer, processed again, and deleted", async () => {
        const page = await visit(`/demo/knowledge/${baseId}`, "manager");
        await page.getByRole("button", { name: "Change Prices" }).click();
        await page.getByLabel("Tags").fill("prices");
        await page.getByLabel("Everyone who reads the base").uncheck();
        await page.getByLabel("member", { exact: true }).uncheck();
        await page.getByRole("button", { name: "Review" }).click();
        await page.getByRole("button", { name: "Save" }).click();
        await page.getByText("Saved").waitFor();
        const [document] = await stack.sql<{ tags: string[]; reader_roles: string[] }>(
          "select tags, reader_roles from public.documents where name = 'Prices'",
        );
        assert.deepEqual(document?.tags, ["prices"]);
        assert.ok(!document?.reader_roles.includes("member"));

        await page.getByRole("button", { name: "Process care.md again" }).click();
        await page.getByText("care.md is being processed").waitFor();

        await page.getByRole("button", { name: "Delete Prices" }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
        await page.getByText("Deleted").waitFor();
        assert.deepEqual(await stack.sql("select 1 from public.documents where name = 'Prices'"), []);
        await page.context().close();
      });

      await test.step("a guest does not find what is not shared with him", async () => {
        const page = await visit(`/demo/knowledge/${baseId}`, "guest");
        await page.getByText("There is no such base").waitFor();
        await page.context().close();
      });

      await test.step("a job's steps and total equal the log, and so does everything about its subject", async () => {
        await world.settled();
        const page = await visit("/demo/jobs");
        await page.getByRole("region", { name: "Jobs" }).getByRole("link", { name: "ingest-document" }).first().click();
        await page.locator("[data-stat=job-cost]").waitFor();
        const jobId = new URL(page.url()).pathname.split("/").at(-1) ?? "";
        const [log] = await stack.sql<{ requests: number; cost: number; tokens: number; subject: string }>(
          `select count(*)::int as requests, sum(cost_usd)::float8 as cost, sum(coalesce(input_tokens, 0) + coalesce(output_tokens, 0))::int as tokens,
             min(subject_type || ':' || subject_id) as subject
           from public.ai_request_logs where job_id = $1`,
          [jobId],
        );
        assert.equal(await stat(page, "job-requests"), String(log?.requests));
        assert.equal(await stat(page, "job-tokens"), log?.tokens.toLocaleString("en-GB"));
        const shown = dollars(await stat(page, "job-cost"));
        assert.ok(Math.abs(shown - (log?.cost ?? 0)) <= (log?.cost ?? 0) * 0.05, `${shown} is not ${log?.cost}`);

        await page.getByRole("link", { name: "All jobs" }).click();
        await page.getByLabel("Job or subject").fill("nonsense");
        await page.getByRole("button", { name: "Show" }).click();
        await page.getByText("Give a whole id").waitFor();
        await page.getByLabel("Job or subject").fill(log?.subject ?? "");
        await page.getByRole("button", { name: "Show" }).click();
        await page.locator("[data-stat=job-cost]").waitFor();
        const [subject] = await stack.sql<{ requests: number }>(
          "select count(*)::int as requests from public.ai_request_logs where subject_type || ':' || subject_id = $1",
          [log?.subject],
        );
        assert.equal(await stat(page, "job-requests"), String(subject?.requests));

        await page.goto(`${stack.url}/dashboard/demo/jobs/${crypto.randomUUID()}`);
        await page.getByText("Nothing of this is in the log").waitFor();
        await page.context().close();
      });

      const [document] = await stack.sql<{ id: string }>("select id from public.documents where name = 'Frost.pdf'");
      const [job] = await stack.sql<{ job_id: string }>(
        "select job_id from public.ai_request_logs where job_id is not null limit 1",
      );
      const question = "/demo/knowledge?q=How+much+water+may+porcelain+tiles+absorb+to+resist+frost%3F";
      const pages = [
        ["knowledge", "/demo/knowledge", ".base-card"],
        ["knowledge-found", question, ".claim"],
        ["knowledge-insights", "/demo/knowledge?view=insights", "[data-stat=searches]"],
        ["base", `/demo/knowledge/${baseId}`, "tbody tr"],
        ["document", `/demo/knowledge/documents/${document?.id}?passage=1`, ".passage-shown"],
        ["jobs", "/demo/jobs", "tbody tr"],
        ["job", `/demo/jobs/${job?.job_id}`, "[data-stat=job-cost]"],
      ] as const;
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
          const page = await visit("/demo/knowledge", "owner", options);
          for (const [title, path, sign] of pages) {
            await page.goto(`${stack.url}/dashboard${path}`);
            await page.locator(sign).first().waitFor();
            assert.deepEqual(await accessibilityProblems(page), [], title);
            const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
            assert.ok(overflow <= 0, `${title} is ${overflow} pixels too wide`);
            await screenshot(page, `${title}-${name}`);
          }
          await page.context().close();
        });
      }

      await test.step("names and headings without a blank do not widen a page", async () => {
        const long = "Verlegeanleitungen_für_Großformate_".repeat(5);
        const { data } = await world.owner.from("knowledge_bases")
          .insert({ org_id: world.orgId, name: long, description: long }).select("id");
        const ingested = await world.call("ingest-document", {
          input: { base_id: data?.[0]?.id, name: long, text: `# ${long}\n\n${long} and words` },
        });
        const page = await visit("/demo/knowledge");
        const pages = ["", "?q=words", `/${data?.[0]?.id}`, `/documents/${ingested.body.data.document_id}`];
        for (const [path, width] of pages.flatMap((path) => [[path, 360], [path, 1280]] as const)) {
          await page.setViewportSize({ width, height: 800 });
          await page.goto(`${stack.url}/dashboard/demo/knowledge${path}`);
          await page.getByText(long).first().waitFor({ state: "attached" });
          const wide = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
          const scrolled = await page.locator(".table-scroll").evaluateAll((boxes) =>
            Math.max(0, ...boxes.map((box) => box.scrollWidth - box.clientWidth))
          );
          assert.deepEqual(
            [wide <= 0, scrolled],
            [true, 0],
            `${path} at ${width}: ${wide} pixels, a table ${scrolled}`,
          );
        }
        await page.context().close();
      });

      assert.deepEqual(browser.problems, []);
    } finally {
      await dashboard.stop();
    }
  },
});
