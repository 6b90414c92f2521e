import { ApiError } from "../api/api-error.ts";

/** Which Supabase project the app talks to. */
export interface Config {
  /** Origin of the project's APIs, without a slash at the end. */
  url: string;
  publishableKey: string;
}

/**
 * Reads `config.json` beside the app, so that one build serves any project.
 * @throws {ApiError} when nothing answers, or what answers is not the host of the app.
 * @throws {Error} when it is missing or names no project.
 */
export async function loadConfig(base: string, fetchFile: typeof fetch = fetch): Promise<Config> {
  const address = `${base}config.json`;
  const response = await fetchFile(address, { headers: { accept: "application/json" } }).catch(() => null);
  if (response === null || response.status >= 500) {
    throw new ApiError(`Cannot load ${address}`, { code: null, status: response?.status ?? 0 });
  }
  if (!response.ok) throw new Error(`Cannot load ${address}: ${response.status}`);
  return parseConfig(await response.json().catch(() => null));
}

/** The project that a parsed `config.json` names. */
export function parseConfig(content: unknown): Config {
  const { url, publishable_key } = (content ?? {}) as Record<string, unknown>;
  if (typeof url !== "string" || !/^https?:\/\//.test(url)) {
    throw new Error("Cannot use config.json: url is not an address");
  }
  if (typeof publishable_key !== "string" || publishable_key === "") {
    throw new Error("Cannot use config.json: publishable_key is missing");
  }
  // A secret key in a public file would open the database to everybody who looks at it.
  if (publishable_key.startsWith("sb_secret_")) {
    throw new Error("Cannot use config.json: publishable_key is a secret key");
  }
  return { url: url.replace(/\/$/, ""), publishableKey: publishable_key };
}
