import assert from "node:assert/strict";
import { ConfigError } from "./config-error.ts";
import { loadConfig } from "./load-config.ts";

const complete = {
  SUPABASE_URL: "https://demo.supabase.co/",
  SUPABASE_PUBLISHABLE_KEYS: '{"default":"sb_publishable_a","web":"sb_publishable_b"}',
  SUPABASE_SECRET_KEYS: '{"automations":"sb_secret_b","default":"sb_secret_a"}',
};

function load(variables: Record<string, string>) {
  return loadConfig((name) => variables[name]);
}

function failure(variables: Record<string, string>): ConfigError {
  try {
    load(variables);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error;
  }
  assert.fail("the configuration was accepted");
}

Deno.test("loadConfig reads a hosted project's environment", () => {
  const { secret: _, ...values } = load(complete);
  assert.deepEqual(values, {
    supabaseUrl: "https://demo.supabase.co",
    publishableKeys: ["sb_publishable_a", "sb_publishable_b"],
    secretKeys: [{ name: "default", key: "sb_secret_a" }, { name: "automations", key: "sb_secret_b" }],
    jwks: { kind: "remote", url: "https://demo.supabase.co/auth/v1/.well-known/jwks.json" },
    jwtIssuer: null,
    databaseUrl: null,
    databaseTimeoutMs: 0,
    transport: "direct",
    toolHosts: [],
    providers: {},
  });
});

Deno.test("loadConfig lists every missing variable at once", () => {
  const error = failure({ SIGNALBOX_DB: "direct" });
  assert.deepEqual(error.missing, [
    "SUPABASE_URL",
    "SUPABASE_PUBLISHABLE_KEYS",
    "SUPABASE_SECRET_KEYS",
    "SUPABASE_DB_URL",
  ]);
  assert.equal(
    error.message,
    "Cannot read the configuration: missing SUPABASE_URL, SUPABASE_PUBLISHABLE_KEYS, SUPABASE_SECRET_KEYS, SUPABASE_DB_URL",
  );
});

Deno.test("loadConfig takes a variable that is set to nothing as missing", () => {
  assert.deepEqual(failure({ ...complete, SUPABASE_URL: " " }).missing, ["SUPABASE_URL"]);
  assert.deepEqual(load({ ...complete, OPENAI_API_KEY: "" }).providers, {});
});

Deno.test("loadConfig says what is wrong with a value without repeating it", () => {
  const cases: [Record<string, string>, string][] = [
    [{ SUPABASE_SECRET_KEYS: "sb_secret_bare" }, "SUPABASE_SECRET_KEYS is not a JSON object of names and keys"],
    [{ SUPABASE_SECRET_KEYS: '["sb_secret_bare"]' }, "SUPABASE_SECRET_KEYS is not a JSON object of names and keys"],
    [{ SUPABASE_SECRET_KEYS: '{"default":1}' }, "SUPABASE_SECRET_KEYS is not a JSON object of names and keys"],
    [{ SUPABASE_JWKS: '{"keys":{}}' }, "SUPABASE_JWKS is not a JSON Web Key Set"],
    [{ SUPABASE_JWKS: '{"keys":[{}]}' }, "SUPABASE_JWKS is not a JSON Web Key Set"],
    [{ SUPABASE_JWKS: "sb_secret_bare" }, "SUPABASE_JWKS is not a JSON Web Key Set"],
    [{ SUPABASE_URL: "demo.supabase.co" }, "SUPABASE_URL is not a URL"],
    [{ OPENAI_BASE_URL: "file:///etc/passwd" }, "OPENAI_BASE_URL is not a URL"],
    [{ SIGNALBOX_DB: "sqlite" }, "SIGNALBOX_DB is neither data_api nor direct"],
    [{ SIGNALBOX_DB_TIMEOUT: "PT60S" }, "SIGNALBOX_DB_TIMEOUT is not a number of seconds"],
    [{ SIGNALBOX_TRANSPORT: "carrier-pigeon" }, "SIGNALBOX_TRANSPORT is neither direct nor sdk"],
    [{ SIGNALBOX_DB: "direct", SUPABASE_DB_URL: "https://db" }, "SUPABASE_DB_URL is not a URL"],
  ];
  for (const [variables, expected] of cases) {
    const error = failure({ ...complete, ...variables });
    assert.deepEqual(error.invalid, [expected]);
    assert.equal(error.message.includes("sb_secret_bare"), false);
  }
});

Deno.test("loadConfig falls back to the singular key and then to the legacy one", () => {
  const url = { SUPABASE_URL: complete.SUPABASE_URL };
  const legacy = { ...url, SUPABASE_ANON_KEY: "eyJanon", SUPABASE_SERVICE_ROLE_KEY: "eyJservice" };
  assert.deepEqual(load(legacy).secretKeys, [{ name: "default", key: "eyJservice" }]);
  assert.deepEqual(load(legacy).publishableKeys, ["eyJanon"]);
  const singular = { ...legacy, SUPABASE_SECRET_KEY: "sb_secret_x", SUPABASE_PUBLISHABLE_KEY: "sb_publishable_x" };
  assert.deepEqual(load(singular).secretKeys, [{ name: "default", key: "sb_secret_x" }]);
  assert.deepEqual(load(singular).publishableKeys, ["sb_publishable_x"]);
});

Deno.test("loadConfig never accepts a legacy key beside the plural keys", () => {
  const both = load({ ...complete, SUPABASE_SERVICE_ROLE_KEY: "eyJrevoked" });
  assert.deepEqual(both.secretKeys.map(({ key }) => key), ["sb_secret_a", "sb_secret_b"]);
});

Deno.test("loadConfig takes an inline key set as object or bare array, and an address beside it", () => {
  const key = { kty: "EC", crv: "P-256", kid: "k1" };
  for (const json of [JSON.stringify({ keys: [key] }), JSON.stringify([key])]) {
    assert.deepEqual(load({ ...complete, SUPABASE_JWKS: json }).jwks, { kind: "inline", keys: [key] });
  }
  const url = "https://auth.example.com/jwks.json";
  assert.deepEqual(load({ ...complete, SUPABASE_JWKS_URL: url }).jwks, { kind: "remote", url });
});

Deno.test("loadConfig uses the connection string only when the direct way is switched on", () => {
  const url = { SUPABASE_DB_URL: "postgresql://postgres:pw@db:5432/postgres" };
  assert.equal(load({ ...complete, ...url }).databaseUrl, null);
  assert.equal(load({ ...complete, ...url, SIGNALBOX_DB: "data_api" }).databaseUrl, null);
  assert.equal(load({ ...complete, ...url, SIGNALBOX_DB: "direct" }).databaseUrl, url.SUPABASE_DB_URL);
});

Deno.test("loadConfig calls vendors by one fetch unless their SDKs are asked for", () => {
  assert.equal(load(complete).transport, "direct");
  assert.equal(load({ ...complete, SIGNALBOX_TRANSPORT: "sdk" }).transport, "sdk");
  assert.equal(load({ ...complete, SIGNALBOX_DB_TIMEOUT: "60" }).databaseTimeoutMs, 60_000);
});

Deno.test("loadConfig lists the vendors that have a key", () => {
  const variables = {
    ...complete,
    OPENAI_API_KEY: "sk-1",
    OPENAI_BASE_URL: "http://127.0.0.1:4010/v1",
    TOGETHER_API_KEY: "tg-1",
    ANTHROPIC_BASE_URL: "http://127.0.0.1:4010",
  };
  assert.deepEqual(load(variables).providers, {
    openai: { apiKey: "sk-1", baseUrl: "http://127.0.0.1:4010/v1" },
    together: { apiKey: "tg-1", baseUrl: null },
  });
});

Deno.test("Config.secret reads provider secrets and nothing else", () => {
  const variables = { ...complete, SIGNALBOX_PROVIDER_MISTRAL: " key ", SIGNALBOX_PROVIDER_EMPTY: "", PATH: "/bin" };
  const { secret } = load(variables);
  assert.equal(secret("SIGNALBOX_PROVIDER_MISTRAL"), "key");
  for (
    const name of [
      "SIGNALBOX_PROVIDER_EMPTY",
      "SIGNALBOX_PROVIDER_ABSENT",
      "SIGNALBOX_PROVIDER_",
      "SUPABASE_SECRET_KEYS",
      "PATH",
      " SIGNALBOX_PROVIDER_MISTRAL",
      "SIGNALBOX_PROVIDER_x",
    ]
  ) {
    assert.equal(secret(name), null, name);
  }
});
