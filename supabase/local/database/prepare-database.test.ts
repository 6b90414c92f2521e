import assert from "node:assert/strict";
import { openPrepared } from "../fixtures/open-database.ts";
import { readMarker } from "./marker.ts";
import { PgliteDatabase } from "./pglite-database.ts";
import { prepareDatabase } from "./prepare-database.ts";

Deno.test("a prepared database is like a new hosted project", async (test) => {
  const database = await openPrepared();

  await test.step("it has the roles, of which only the service role passes row-level security", async () => {
    const roles = await database.query(
      `select rolname, rolbypassrls, rolcanlogin, rolsuper from pg_roles
       where rolname in ('anon', 'authenticated', 'service_role', 'authenticator', 'supabase_auth_admin') order by 1`,
    );
    const role = (rolname: string) => ({
      rolname,
      rolbypassrls: rolname === "service_role",
      rolcanlogin: false,
      rolsuper: false,
    });
    assert.deepEqual(
      roles,
      ["anon", "authenticated", "authenticator", "service_role", "supabase_auth_admin"].map(role),
    );
  });

  await test.step("it grants nothing on a new table by itself", async () => {
    const grants = await database.transaction(async (session) => {
      await session.query("create table public.fresh (id int)");
      return await session.query(
        `select r.name, has_table_privilege(r.name, 'public.fresh', 'select') as may
         from unnest(array['anon', 'authenticated', 'service_role']) as r(name)`,
      );
    });
    assert.deepEqual(grants.map(({ may }) => may), [false, false, false]);
  });

  await test.step("migrations may create the extensions it has", async () => {
    await database.script(`
      create extension if not exists pg_net with schema extensions;
      create extension if not exists pg_cron;
      create extension if not exists supabase_vault;
      create extension if not exists vector with schema extensions;
      create extension if not exists pgcrypto with schema extensions;
      create extension if not exists pg_trgm with schema extensions;
      create extension if not exists unaccent with schema extensions;`);
    assert.deepEqual(await database.query("select '[1,2]'::vector <-> '[1,4]'::extensions.vector as distance"), [
      { distance: 2 },
    ]);
  });

  await test.step("auth functions read the claims, and are null without any", async () => {
    const identity = "select auth.uid() as uid, auth.role() as role, auth.email() as email, auth.jwt() as jwt";
    assert.deepEqual(await database.query(identity), [{ uid: null, role: null, email: null, jwt: null }]);
    const claims = { sub: "00000000-0000-4000-8000-000000000009", role: "authenticated", email: "a@b.example" };
    const [row] = await database.transaction(async (session) => {
      await session.query("select set_config('request.jwt.claims', $1, true)", [JSON.stringify(claims)]);
      return await session.query(identity);
    });
    assert.deepEqual(row, { uid: claims.sub, role: claims.role, email: claims.email, jwt: claims });
  });

  await test.step("the API roles may neither read users nor use vault's, cron's and net's tables", async () => {
    for (const role of ["anon", "authenticated", "service_role"]) {
      for (const table of ["auth.users", "vault._key", "cron.job", "net.http_request_queue"]) {
        await assert.rejects(database.script(`select * from ${table}`, role), /permission denied/, `${role} ${table}`);
      }
    }
    assert.deepEqual(await database.query("select current_user::text as who"), [{ who: "postgres" }]);
  });

  await database.close();
});

Deno.test("a preparation that was interrupted begins again", async () => {
  const database = await PgliteDatabase.open({ folder: null, snapshot: null });
  await database.script(
    "create schema signalbox_local; comment on schema signalbox_local is 'begun: x'; create schema auth; create schema net",
  );
  assert.equal(await readMarker(database), "begun");
  await prepareDatabase(database);
  assert.equal(await readMarker(database), "done");
  assert.deepEqual(await database.query("select count(*) from auth.users"), [{ count: 0 }]);
  await database.close();
});
