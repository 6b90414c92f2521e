/** Reads one environment variable; undefined when it is not set. */
export type ReadVariable = (name: string) => string | undefined;

/** A secret API key with the name it has in the project's settings. */
export interface NamedKey {
  name: string;
  key: string;
}

/** A public key as the project's key set publishes it. */
export interface PublicJwk {
  kty: string;
  [member: string]: unknown;
}

/** Where the keys come from that user tokens are verified with: given inline, or published at an address. */
export type JwksSource =
  | { kind: "inline"; keys: PublicJwk[] }
  | { kind: "remote"; url: string };

/** How a deployment reaches a model vendor. */
export interface ProviderAccess {
  apiKey: string;
  /** As the vendor's SDK reads it (OpenAI and Together with `/v1`, Anthropic without); null = the SDK's default. */
  baseUrl: string | null;
}

/** Vendors whose keys a deployment brings itself. */
export type ProviderSlug = "openai" | "anthropic" | "together";

/** Everything the functions are told by their environment. */
export interface Config {
  /** The project's address without a slash at its end. */
  supabaseUrl: string;
  /** Keys that let a caller read descriptions and reach the Data API, at least one. They identify nobody. */
  publishableKeys: string[];
  /** Keys that act as the service role, at least one. The first is the one the functions use themselves. */
  secretKeys: NamedKey[];
  jwks: JwksSource;
  /** Expected `iss` of user tokens; null = not checked, because the address a function sees is not always the public one. */
  jwtIssuer: string | null;
  /** Connection string of the direct way; null = the Data API. */
  databaseUrl: string | null;
  /** Milliseconds that every call of the database has at least; 0 = each as long as it says itself. */
  databaseTimeoutMs: number;
  /** Hosts, with their port where it is not the usual one, that tools may reach although they are inside, or by http. */
  toolHosts: string[];
  /** How vendors are called: by one fetch, or through their official SDKs, which an isolate then loads for its first call. */
  transport: "direct" | "sdk";
  /** Vendors with a key. A vendor without one is absent. */
  providers: Partial<Record<ProviderSlug, ProviderAccess>>;
  /**
   * The key of a provider that exists as a row. Null when it is not set, and for every name outside
   * `SIGNALBOX_PROVIDER_…`: whoever writes the row must not be able to read the project's own secrets.
   */
  secret(name: string): string | null;
}
