/** Who is given what of the knowledge base over HTTP: passages, answers, kept and cached ones, by user and by role, until it is withdrawn. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { startWorld } from "./world.ts";

const OPEN = "# Quarry\n\nThe quarry at Brixen sells porphyry slabs by the tonne.";
const SECRET = "# Quarry\n\nThe quarry at Brixen gives porphyry slabs a secret rebate of 17 percent.";
/** What nobody but its readers may be told. */
const REBATE = /17 percent/;
const QUESTION = "What rebate does the quarry at Brixen give on porphyry slabs?";

Deno.test("sharing of knowledge", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const world = await startWorld();
  const { stack, call } = world;
  const ada = await world.member("ada", "Sharers", "owner");
  const max = await world.member("max", "Sharers", "member");
  const eve = await world.member("eve", "Sharers", "member");
  const gus = await world.member("gus", "Sharers", "guest");
  const idOf = async ({ client }: typeof ada) => (await client.auth.getUser()).data.user?.id ?? "";
  const maxId = await idOf(max);

  const as = ({ token }: { token: string }, more: Record<string, string> = {}) => ({
    authorization: `Bearer ${token}`,
    apikey: stack.publishableKey,
    "content-type": "application/json",
    ...more,
  });
  const learn = async (name: string, text: string, more: Record<string, unknown> = {}): Promise<string> => {
    const { status, body } = await call("ingest-document", { input: { name, text, ...more } }, as(ada));
    equal(status, 200, JSON.stringify(body));
    return body.data.document_id;
  };
  const ask = async (
    who: typeof ada,
    input: Record<string, unknown> = {},
    key: Record<string, string> = {},
  ) => {
    const { status, headers, body } = await call(
      "rag-knowledge-search",
      { input: { query: QUESTION, search_type: "keyword", include_context: true, ...input } },
      as(who, key),
    );
    equal(status, 200, JSON.stringify(body));
    await world.settled();
    return {
      documents: body.data.results.map(({ document }: { document: string }) => document).sort(),
      answer: body.data.answer,
      cached: body.meta.cached,
      replayed: headers.get("idempotent-replayed"),
      all: JSON.stringify(body),
    };
  };
  const documents = async (who: typeof ada, search_type: string) =>
    (await ask(who, { search_type, include_context: false })).documents;
  const share = async (table: "documents" | "knowledge_bases", id: string, readers: Record<string, unknown>) => {
    const { data, error } = await ada.client.from(table).update(readers).eq("id", id).select("id");
    deepEqual([error, data?.length], [null, 1]);
  };

  await learn("open.md", OPEN);
  const secret = await learn("secret.md", SECRET);
  await share("documents", secret, { reader_users: [maxId] });

  for (const type of ["keyword", "semantic", "hybrid"]) {
    await t.step(`a document shared with one user is found by him alone in a ${type} search`, async () => {
      deepEqual(await documents(max, type), ["open.md", "secret.md"]);
      deepEqual(await documents(eve, type), ["open.md"]);
      deepEqual(await documents(gus, type), ["open.md"]);
      deepEqual(await documents(ada, type), ["open.md", "secret.md"]);
    });
  }

  await t.step("his answer is made of it, kept for him, and withheld from everybody else", async () => {
    const first = await ask(max);
    equal(first.answer.found, true, first.all);
    match(first.answer.text, REBATE);
    equal((await ask(max)).cached, true);
    const other = await ask(eve);
    deepEqual([other.documents, other.cached], [["open.md"], false]);
    ok(!REBATE.test(other.all), other.all);
  });

  await t.step("an answer under his key is given him again, with its request", async () => {
    const key = { "idempotency-key": "rebate" };
    const [first, second] = [await ask(max, {}, key), await ask(max, {}, key)];
    deepEqual([first.replayed, second.replayed], [null, "true"]);
    deepEqual(JSON.parse(second.all), JSON.parse(first.all));
  });

  await t.step(
    "what is withdrawn is gone from his searches, his answers, the cached and those under a key",
    async () => {
      await share("documents", secret, { reader_users: [] });
      for (const type of ["keyword", "semantic", "hybrid"]) deepEqual(await documents(max, type), ["open.md"]);
      const answered = await ask(max);
      ok(!REBATE.test(answered.all), answered.all);
      const key = { "idempotency-key": "rebate" };
      const [first, second] = [await ask(max, {}, key), await ask(max, {}, key)];
      ok(!REBATE.test(first.all), first.all);
      deepEqual([first.documents, first.replayed, second.replayed], [["open.md"], null, "true"]);
      deepEqual(JSON.parse(second.all), JSON.parse(first.all));
    },
  );

  await t.step("a role is let in and shut out the same way", async () => {
    await share("documents", secret, { reader_users: null, reader_roles: ["guest"] });
    const key = { "idempotency-key": "guest" };
    const told = await ask(gus, {}, key);
    deepEqual(told.documents, ["open.md", "secret.md"]);
    match(told.answer.text, REBATE);
    // The same passages lead to the same answer, whoever reads them.
    equal(told.cached, true);
    deepEqual((await ask(max)).documents, ["open.md"]);
    await share("documents", secret, { reader_roles: ["manager"] });
    for (const again of [await ask(gus), await ask(gus, {}, key)]) {
      deepEqual(again.documents, ["open.md"]);
      ok(!REBATE.test(again.all), again.all);
    }
  });

  await t.step("a base that is closed ends what was answered from it", async () => {
    const { data: base, error } = await ada.client.from("knowledge_bases").insert({
      org_id: ada.orgId,
      name: "Prices",
      reader_roles: [],
      reader_users: [maxId],
    }).select("id").single();
    equal(error, null, JSON.stringify(error));
    await learn("prices.md", "# Quarry\n\nPorphyry slabs from Brixen cost 431 euros a tonne.", { base_id: base?.id });
    const input = { query: "What do porphyry slabs from Brixen cost?", filters: { base_ids: [base?.id] } };
    const key = { "idempotency-key": "prices" };
    match((await ask(max, input, key)).answer.text, /431/);
    equal((await ask(max, input)).cached, true);
    deepEqual((await ask(eve, input)).documents, []);
    await share("knowledge_bases", base?.id, { reader_users: [] });
    for (const again of [await ask(max, input), await ask(max, input, key)]) {
      deepEqual([again.documents, again.answer], [[], { found: false, text: null, claims: [] }]);
      ok(!again.all.includes("431 euros"), again.all);
    }
    await share("knowledge_bases", base?.id, { reader_roles: ["member"] });
    match((await ask(eve, input)).answer.text, /431/);
    deepEqual((await ask(gus, input)).documents, []);
    await share("knowledge_bases", base?.id, { reader_roles: [] });
    deepEqual((await ask(eve, input)).documents, []);
  });

  await t.step("a document that is deleted ends the answers under a key, too", async () => {
    const id = await learn("gone.md", "# Quarry\n\nThe quarry at Brixen closes on the 29th of May.");
    const input = { query: "When does the quarry at Brixen close?" };
    const key = { "idempotency-key": "gone" };
    match((await ask(max, input, key)).answer.text, /29/);
    equal((await ada.client.from("documents").delete().eq("id", id)).error, null);
    ok(!(await ask(max, input, key)).all.includes("29th"));
  });

  await t.step("a claim that its passages do not hold is marked, and such an answer is never cached", async () => {
    const said = {
      claims: [
        { statement: "The quarry at Brixen sells porphyry slabs by the tonne.", citations: [1] },
        { statement: "The quarry delivers 85 lorries of granite to Munich daily.", citations: [1] },
        { statement: "The quarry belongs to the municipality.", citations: [1] },
        { statement: "The quarry at Brixen sells porphyry slabs.", citations: [7] },
        { statement: "The quarry at Brixen sells porphyry slabs.", citations: [] },
      ],
      confidence: 0.95,
    };
    world.standIn.control.setFaults([{ kind: "says", text: JSON.stringify(said) }]);
    const input = { query: "How does the quarry at Brixen sell porphyry?" };
    const { answer, documents, all } = await ask(eve, input);
    deepEqual(documents, ["open.md"]);
    deepEqual(
      answer.claims.map(({ citations, supported }: Record<string, unknown>) => [citations, supported]),
      [[[1], true], [[1], false], [[1], false], [[], false], [[], false]],
      all,
    );
    equal(JSON.parse(all).meta.needs_review, true);
    world.standIn.control.setFaults([]);
    const honest = await ask(eve, input);
    equal(honest.cached, false);
    ok(honest.answer.claims.every(({ supported }: { supported: boolean }) => supported), honest.all);
  });

  await world.stop();
});
