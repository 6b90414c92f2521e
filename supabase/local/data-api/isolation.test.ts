import assert from "node:assert/strict";
import { clientOf, signedUp, startFixture } from "../fixtures/start-fixture.ts";

interface Identity {
  role: string;
  uid: string | null;
  claimed_role: string;
}

Deno.test("concurrent requests of different callers never run as the owner or as each other", async () => {
  const stack = await startFixture();
  try {
    const users = await Promise.all(["a", "b", "c", "d"].map((name) => signedUp(stack, `${name}@example.com`)));
    const callers = [
      ...users.map(({ client, id }) => ({ client, expected: { role: "authenticated", uid: id } })),
      { client: clientOf(stack), expected: { role: "anon", uid: null } },
      { client: clientOf(stack, stack.secretKey), expected: { role: "service_role", uid: null } },
    ];
    for (const { client, id } of users) {
      const { error } = await client.from("notes").insert({ body: id });
      assert.equal(error, null);
    }

    const requests = Array.from({ length: 600 }, async (_, index) => {
      const { client, expected } = callers[index % callers.length]!;
      switch (index % 5) {
        case 0: { // one round trip
          const { data } = await client.rpc("whoami");
          assert.deepEqual(identityOf(data), { ...expected, claimed_role: expected.role });
          break;
        }
        case 1: { // the inner API, which takes several
          const { data } = await client.rpc("whoami", {}, { get: true });
          assert.deepEqual(identityOf(data), { ...expected, claimed_role: expected.role });
          break;
        }
        case 2: {
          const { data } = await client.rpc("whoami_slowly", { p_turns: 200 });
          assert.deepEqual(identityOf(data), { ...expected, claimed_role: expected.role });
          break;
        }
        case 3: { // row-level security
          const { data, status } = await client.from("notes").select("author");
          if (expected.role === "anon") assert.equal(status, 401);
          else if (expected.role === "service_role") assert.equal(data?.length, users.length);
          else assert.deepEqual(data, [{ author: expected.uid }]);
          break;
        }
        default: { // a failure in the middle of a transaction, and the owner between the callers
          const { error } = await client.rpc("fail_with", { p_sqlstate: "P0001", p_message: "no" });
          assert.equal(error?.message, "no");
          assert.deepEqual(await stack.sql("select current_user::text as who"), [{ who: "postgres" }]);
        }
      }
    });
    await Promise.all(requests);
  } finally {
    await stack.stop();
  }
});

function identityOf({ role, uid, claimed_role }: Identity): Identity {
  return { role, uid, claimed_role };
}
