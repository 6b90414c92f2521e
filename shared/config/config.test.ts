import assert from "node:assert/strict";
import { config } from "./config.ts";
import { ConfigError } from "./config-error.ts";

const variables = {
  SUPABASE_URL: "http://127.0.0.1:1",
  SUPABASE_PUBLISHABLE_KEYS: '{"default":"sb_publishable_test"}',
  SUPABASE_SECRET_KEYS: '{"default":"sb_secret_test"}',
};

Deno.test("config() complains until the environment is complete, then keeps what it read", () => {
  const before = Object.keys(variables).map((name) => [name, Deno.env.get(name)] as const);
  try {
    for (const name of Object.keys(variables)) Deno.env.delete(name);
    assert.throws(() => config(), ConfigError);
    for (const [name, value] of Object.entries(variables)) Deno.env.set(name, value);
    const first = config();
    assert.equal(first.supabaseUrl, "http://127.0.0.1:1");
    Deno.env.set("SUPABASE_URL", "http://127.0.0.1:2");
    assert.equal(config(), first);
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  }
});
