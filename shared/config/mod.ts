/**
 * What the environment says, read once. The only module that reads it.
 *
 * | variable | |
 * |---|---|
 * | `SUPABASE_URL` | required |
 * | `SUPABASE_PUBLISHABLE_KEYS`, else `SUPABASE_PUBLISHABLE_KEY`, else `SUPABASE_ANON_KEY` | required, the first as `{"default":"…"}` |
 * | `SUPABASE_SECRET_KEYS`, else `SUPABASE_SECRET_KEY`, else `SUPABASE_SERVICE_ROLE_KEY` | required, the first as `{"default":"…"}` |
 * | `SUPABASE_JWKS`, else `SUPABASE_JWKS_URL` | key set of user tokens; default: the project's published one |
 * | `SIGNALBOX_JWT_ISSUER` | expected `iss`; default: not checked |
 * | `SIGNALBOX_DB` | `data_api` (default) or `direct`, which needs `SUPABASE_DB_URL` |
 * | `SIGNALBOX_DB_TIMEOUT` | seconds that every call of the database has at least; default: 10, and 15 for a settlement |
 * | `SIGNALBOX_TOOL_HOSTS` | inner hosts that tools and MCP servers may be at, separated by commas; default: none |
 * | `OPENAI_API_KEY`, `ANTHROPIC_API_KEY`, `TOGETHER_API_KEY`, each with `…_BASE_URL` | a vendor without a key is off |
 * | `SIGNALBOX_PROVIDER_…` | keys of providers that are rows of `ai_providers`, by the row's `secret_name` |
 *
 * @module
 */
export { config } from "./config.ts";
export type { Config, JwksSource, NamedKey, PublicJwk } from "./types.ts";
