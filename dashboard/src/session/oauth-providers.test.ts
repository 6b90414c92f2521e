import assert from "node:assert/strict";
import { oauthProviders } from "./oauth-providers.ts";

const config = { url: "https://x.supabase.co", publishableKey: "k" };

Deno.test("oauthProviders lists those that are switched on and known", async () => {
  const settings = { external: { google: true, github: false, email: true, azure: true } };
  const found = await oauthProviders(config, () => Promise.resolve(Response.json(settings)));
  assert.deepEqual(found.map(({ title }) => title), ["Google", "Microsoft"]);
});

Deno.test("oauthProviders offers none where the settings cannot be read", async () => {
  assert.deepEqual(await oauthProviders(config, () => Promise.resolve(new Response(null, { status: 404 }))), []);
});
