/** Files that are sent along with a message: read with their user's rights, told as data, remembered in later turns. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { makePdf, proseLines } from "../../shared/documents/testing/mod.ts";
import { startWorld } from "./world.ts";

/** A picture of one dot. */
const PNG = Uint8Array.from(
  atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="),
  (character) => character.charCodeAt(0),
);

Deno.test("the chat's attachments", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const world = await startWorld();
  const { stack, owner, orgId, call } = world;
  const userId = (await owner.auth.getUser()).data.user?.id ?? "";
  const upload = async (name: string, content: string | Uint8Array<ArrayBuffer>, contentType: string) => {
    const path = `${orgId}/${userId}/${crypto.randomUUID()}-${name}`;
    const { error } = await owner.storage.from("chat").upload(path, new Blob([content]), { contentType });
    equal(error, null);
    return path;
  };
  let noted = { conversation_id: "", user_message_id: "", message_id: "" };

  await t.step("are read, and answered from", async () => {
    const path = await upload(
      "order.txt",
      "Order 4711: Hotel Seeblick wants 42 boxes of slate by the first of May.",
      "text/plain",
    );
    const { status, body } = await call("chat", {
      input: { message: "When does Hotel Seeblick want the slate?", attachments: [{ path }] },
    });
    equal(status, 200, JSON.stringify(body));
    match(body.data.text, /first of May/);
    noted = body.data;
    const { data } = await owner.from("ai_messages").select("content, attachments").eq("id", noted.user_message_id)
      .single();
    equal(data?.content, "When does Hotel Seeblick want the slate?");
    deepEqual(
      data?.attachments.map(({ media_type, text }: Record<string, string>) => [media_type, text?.slice(0, 10)]),
      [[
        "text/plain",
        "Order 4711",
      ]],
    );
  });

  await t.step("are known in later turns, and when an answer is given anew", async () => {
    const later = await call("chat", {
      input: { message: "How many boxes does order 4711 want?", conversation_id: noted.conversation_id },
    });
    match(later.body.data.text, /42 boxes/);
    const anew = await call("chat", {
      input: { conversation_id: noted.conversation_id, regenerate_message_id: noted.message_id },
    });
    match(anew.body.data.text, /first of May/);
  });

  await t.step("may be PDFs", async () => {
    const pdf = makePdf([{ lines: proseLines(["The warranty for porcelain tiles lasts eleven years."]) }]);
    const path = await upload("warranty.pdf", pdf, "application/pdf");
    const { status, body } = await call("chat", {
      input: { message: "How long does the warranty for porcelain tiles last?", attachments: [{ path }] },
    });
    equal(status, 200, JSON.stringify(body));
    match(body.data.text, /eleven years/);
  });

  await t.step("may be pictures, for a model that sees", async () => {
    world.standIn.control.resetRequests();
    const path = await upload("dot.png", PNG, "image/png");
    const { status, body } = await call("chat", {
      input: { message: "What is in the picture?", attachments: [{ path }] },
    });
    equal(status, 200, JSON.stringify(body));
    const blind = await call("chat", {
      input: { message: "What is in the picture?", attachments: [{ path }] },
      options: { model: "gpt-3.5-turbo" },
    });
    ok(blind.status >= 400 && blind.status < 500, "a model that cannot see is not asked");
  });

  await t.step("are nobody else's", async () => {
    const stranger = await world.member("attachment-stranger", "Elsewhere", "owner");
    const path = await upload("secret.txt", "The code is 1234.", "text/plain");
    const headers = {
      authorization: `Bearer ${stranger.token}`,
      apikey: stack.publishableKey,
      "content-type": "application/json",
    };
    const refused = await call("chat", { input: { message: "What is the code?", attachments: [{ path }] } }, headers);
    deepEqual([refused.status, refused.body.code], [404, "not_found"]);
    ok((await stranger.client.storage.from("chat").download(path)).error !== null);
    ok((await stranger.client.storage.from("chat").upload(`${orgId}/${userId}/x.txt`, new Blob(["x"]))).error !== null);
  });

  for (
    const [name, path, content, code] of [
      ["a program by the name of a PDF", "report.pdf", "MZ\u0000\u0000", "invalid_request"],
      ["a format nobody reads", "thing.xyz", "x", "invalid_request"],
      ["an empty file", "empty.txt", " ", "invalid_request"],
    ] as const
  ) {
    await t.step(`refuse ${name}, and ask no model`, async () => {
      world.standIn.control.resetRequests();
      const uploaded = await upload(path, content, "application/octet-stream");
      const { status, body } = await call("chat", {
        input: { message: "Read this", attachments: [{ path: uploaded }] },
      });
      deepEqual([status, body.code], [400, code]);
      equal(world.standIn.control.requests().total, 0);
    });
  }

  await t.step("refuse paths that lead elsewhere", async () => {
    for (
      const path of ["../../x", `${orgId}/${userId}/../x.txt`, "knowledge/x.txt", `${orgId}/${userId}/missing.txt`]
    ) {
      const { status } = await call("chat", { input: { message: "Read this", attachments: [{ path }] } });
      equal(status, path.endsWith("missing.txt") ? 404 : 400, path);
    }
  });
  await world.stop();
});
