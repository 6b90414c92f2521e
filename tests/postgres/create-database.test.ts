import assert from "node:assert/strict";
import { actAs, createDatabase } from "./mod.ts";

Deno.test("a test database belongs to an owner without superuser rights and acts as the API roles", async () => {
  const database = await createDatabase("harness");
  try {
    const [owner] = await database.sql`select rolname, rolsuper from pg_roles where rolname = current_user`;
    assert.deepEqual({ ...owner }, { rolname: "postgres", rolsuper: false });
    const sub = "11111111-1111-4111-8111-111111111111";
    const seen = await actAs(database.sql, { role: "authenticated", claims: { sub } }, async (transaction) => {
      const [row] = await transaction`select current_user as role, auth.uid() as uid`;
      return { ...row };
    });
    assert.deepEqual(seen, { role: "authenticated", uid: sub });
    const [after] = await database.sql`select current_user as role, auth.uid() as uid`;
    assert.deepEqual({ ...after }, { role: "postgres", uid: null });
  } finally {
    await database.drop();
  }
});

Deno.test("two test databases of one subject are apart, and dropping one leaves the other", async () => {
  const first = await createDatabase("harness");
  const second = await createDatabase("harness");
  await first.sql`create table public.only_here (id integer)`;
  await first.drop();
  const rows = await second.sql`select to_regclass('public.only_here') as found`;
  await second.drop();
  assert.equal(rows[0]?.found, null);
});
