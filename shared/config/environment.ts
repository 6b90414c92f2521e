import { z } from "zod";
import { apiKeys } from "./api-keys.ts";
import { jwksSource } from "./jwks-source.ts";
import type { Config, ProviderAccess, ProviderSlug } from "./types.ts";

/** A variable that is set to nothing (`KEY=` in an env file) is not set. */
const text = z.string().trim().transform((value) => value === "" ? undefined : value).optional();

const variables = z.object({
  SUPABASE_URL: text,
  SUPABASE_PUBLISHABLE_KEYS: text,
  SUPABASE_PUBLISHABLE_KEY: text,
  SUPABASE_ANON_KEY: text,
  SUPABASE_SECRET_KEYS: text,
  SUPABASE_SECRET_KEY: text,
  SUPABASE_SERVICE_ROLE_KEY: text,
  SUPABASE_JWKS: text,
  SUPABASE_JWKS_URL: text,
  SUPABASE_DB_URL: text,
  SIGNALBOX_JWT_ISSUER: text,
  SIGNALBOX_DB: text,
  SIGNALBOX_DB_TIMEOUT: text,
  SIGNALBOX_TRANSPORT: text,
  SIGNALBOX_TOOL_HOSTS: text,
  OPENAI_API_KEY: text,
  OPENAI_BASE_URL: text,
  ANTHROPIC_API_KEY: text,
  ANTHROPIC_BASE_URL: text,
  TOGETHER_API_KEY: text,
  TOGETHER_BASE_URL: text,
});
type Variables = z.output<typeof variables>;

/** The message of an issue about a variable that is required and not set. */
export const MISSING = "missing";

/** Variables the schema reads. */
export const variableNames = Object.keys(variables.shape);

/**
 * The whole environment in one schema. All its complaints come at once: {@linkcode MISSING}, or a
 * sentence about a value that is there.
 */
export const environment = variables.transform((found, context): Omit<Config, "secret"> => {
  const complain = (name: keyof Variables, message: string) =>
    context.issues.push({ code: "custom", path: [name], message, input: undefined });

  for (const name of addresses) {
    const value = found[name];
    if (value !== undefined && !isAddress(value, name === "SUPABASE_DB_URL" ? DATABASE_SCHEMES : WEB_SCHEMES)) {
      complain(name, `${name} is not a URL`);
    }
  }
  const supabaseUrl = (found.SUPABASE_URL ?? "").replace(/\/+$/, "");
  if (supabaseUrl === "") complain("SUPABASE_URL", MISSING);

  const publishable = apiKeys(
    { name: "SUPABASE_PUBLISHABLE_KEYS", value: found.SUPABASE_PUBLISHABLE_KEYS },
    [found.SUPABASE_PUBLISHABLE_KEY, found.SUPABASE_ANON_KEY],
  );
  const secret = apiKeys(
    { name: "SUPABASE_SECRET_KEYS", value: found.SUPABASE_SECRET_KEYS },
    [found.SUPABASE_SECRET_KEY, found.SUPABASE_SERVICE_ROLE_KEY],
  );
  if (publishable.keys.length === 0) complain("SUPABASE_PUBLISHABLE_KEYS", publishable.invalid ?? MISSING);
  if (secret.keys.length === 0) complain("SUPABASE_SECRET_KEYS", secret.invalid ?? MISSING);

  const jwks = jwksSource(found.SUPABASE_JWKS, found.SUPABASE_JWKS_URL, supabaseUrl);
  if (jwks === null) complain("SUPABASE_JWKS", "SUPABASE_JWKS is not a JSON Web Key Set");

  const way = found.SIGNALBOX_DB ?? "data_api";
  if (way !== "data_api" && way !== "direct") complain("SIGNALBOX_DB", "SIGNALBOX_DB is neither data_api nor direct");
  if (way === "direct" && found.SUPABASE_DB_URL === undefined) complain("SUPABASE_DB_URL", MISSING);
  const patience = found.SIGNALBOX_DB_TIMEOUT ?? "0";
  if (!/^\d{1,3}$/.test(patience)) complain("SIGNALBOX_DB_TIMEOUT", "SIGNALBOX_DB_TIMEOUT is not a number of seconds");
  const transport = found.SIGNALBOX_TRANSPORT ?? "direct";
  if (transport !== "direct" && transport !== "sdk") {
    complain("SIGNALBOX_TRANSPORT", "SIGNALBOX_TRANSPORT is neither direct nor sdk");
  }

  return {
    supabaseUrl,
    publishableKeys: publishable.keys.map((named) => named.key),
    secretKeys: secret.keys,
    jwks: jwks ?? { kind: "inline", keys: [] },
    jwtIssuer: found.SIGNALBOX_JWT_ISSUER ?? null,
    databaseUrl: way === "direct" ? found.SUPABASE_DB_URL ?? null : null,
    databaseTimeoutMs: Number(patience) * 1000,
    transport: transport === "sdk" ? "sdk" : "direct",
    toolHosts: (found.SIGNALBOX_TOOL_HOSTS ?? "").split(",").map((host) => host.trim().toLowerCase()).filter((host) =>
      host !== ""
    ),
    providers: providers(found),
  };
});

const WEB_SCHEMES = ["http:", "https:"];
const DATABASE_SCHEMES = ["postgres:", "postgresql:"];
const addresses = [
  "SUPABASE_URL",
  "SUPABASE_JWKS_URL",
  "SUPABASE_DB_URL",
  "OPENAI_BASE_URL",
  "ANTHROPIC_BASE_URL",
  "TOGETHER_BASE_URL",
] as const;

function isAddress(value: string, schemes: string[]): boolean {
  return URL.canParse(value) && schemes.includes(new URL(value).protocol);
}

function providers(found: Variables): Partial<Record<ProviderSlug, ProviderAccess>> {
  const given: [ProviderSlug, string | undefined, string | undefined][] = [
    ["openai", found.OPENAI_API_KEY, found.OPENAI_BASE_URL],
    ["anthropic", found.ANTHROPIC_API_KEY, found.ANTHROPIC_BASE_URL],
    ["together", found.TOGETHER_API_KEY, found.TOGETHER_BASE_URL],
  ];
  const access: Partial<Record<ProviderSlug, ProviderAccess>> = {};
  for (const [slug, apiKey, baseUrl] of given) {
    if (apiKey !== undefined) access[slug] = { apiKey, baseUrl: baseUrl ?? null };
  }
  return access;
}
