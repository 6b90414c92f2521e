import { dirname } from "node:path";
import { exportJWK, generateKeyPair, type JWK } from "jose";

/** Everything secret that a stack keeps across restarts; the file's fields. */
export interface StackKeys {
  /** `sb_publishable_…`, for browsers. */
  publishable_key: string;
  /** `sb_secret_…`, for servers: acts as the service role. */
  secret_key: string;
  /** A second secret key, named "automations", for triggers and cron jobs that call functions. */
  automations_key: string;
  /** Password of the demo user. */
  demo_password: string;
  /** Password of the role that the Data API uses on a Postgres server. */
  data_api_password: string;
  /** Signs tokens between the host and `@supabase/lite`; they never leave the process. */
  internal_secret: string;
  /** The ES256 key, private part included, whose public part is the project's JWKS. */
  signing_key: JWK;
}

/** New keys, as a new project gets them. */
export async function generateStackKeys(): Promise<StackKeys> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  return {
    publishable_key: `sb_publishable_${randomText(22)}_${randomText(8)}`,
    secret_key: `sb_secret_${randomText(22)}_${randomText(8)}`,
    automations_key: `sb_secret_${randomText(22)}_${randomText(8)}`,
    demo_password: randomText(16),
    data_api_password: randomText(32),
    internal_secret: randomText(43),
    signing_key: { ...await exportJWK(privateKey), kid: crypto.randomUUID(), alg: "ES256", use: "sig" },
  };
}

/** The keys of a stack, and whether they were made just now, so that nothing yet knows them. */
export interface LoadedKeys {
  keys: StackKeys;
  fresh: boolean;
}

/** The keys in the file, which only its owner may read; made and written when there is none. */
export async function loadStackKeys(path: string): Promise<LoadedKeys> {
  try {
    return { keys: JSON.parse(await Deno.readTextFile(path)), fresh: false };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      throw new Error(`Cannot read the keys of the stack: ${path} is not what was written there`, { cause: error });
    }
  }
  const keys = await generateStackKeys();
  await Deno.mkdir(dirname(path), { recursive: true });
  // Whole or not at all: a stack that lost its keys could not be signed in to again.
  await Deno.writeTextFile(`${path}.tmp`, JSON.stringify(keys, null, 2), { mode: 0o600 });
  await Deno.rename(`${path}.tmp`, path);
  return { keys, fresh: true };
}

/** Letters and digits only, because a key is selected by a double click and put into URLs; 5.95 bits each. */
function randomText(length: number): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  let text = "";
  while (text.length < length) {
    const [byte = 255] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < 248) text += alphabet[byte % 62];
  }
  return text;
}
