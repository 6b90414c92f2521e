import { App, type EmailMessage, setExperimental } from "@supabase/lite";
import type { KeyRoles } from "./caller.ts";
import { DatabaseAwayError } from "../database/lost-connections.ts";
import type { LiteConnection } from "./lite-connection.ts";
import { quietly } from "./quiet-console.ts";
import type { CallableFunction } from "./rpc-statement.ts";

/** What the inner APIs need to know. */
export interface LiteAppOptions {
  connection: LiteConnection;
  keyRoles: KeyRoles;
  /** Signs the tokens between the host and this app. */
  internalSecret: string;
  publicUrl: string;
  /** Schemas that the Data API shows, the default one first. */
  schemas: readonly string[];
  maxRows: number;
  storage: NonNullable<App["_storageAdapter"]>;
  /** Gets each mail that would have been sent; nothing is delivered. */
  onMail: (mail: EmailMessage) => void;
  /** Gets what was printed about a request that ended in a 5xx. */
  onFailure: (report: string) => void;
}

/** The auth, data and storage APIs of `@supabase/lite`, which the host stands in front of. */
export interface LiteApp {
  fetch(request: Request): Promise<Response>;
  /** Makes tables and functions that appeared since visible. */
  reloadSchema(): Promise<void>;
  /** The functions that the Data API knows. */
  functions(): Promise<readonly CallableFunction[]>;
}

/** Puts the three APIs on a connection. */
export async function startLiteApp(options: LiteAppOptions): Promise<LiteApp> {
  setExperimental("storage", true);
  const { connection, keyRoles, publicUrl } = options;
  const app = new App({
    connection,
    auth: {
      enabled: true,
      jwt_secret: options.internalSecret,
      site_url: publicUrl,
      additional_redirect_urls: ["http://localhost:*/**", "http://127.0.0.1:*/**"],
      email: { enable_signup: true, enable_confirmations: false },
    },
    api: { enabled: true, schemas: [...options.schemas], max_rows: options.maxRows },
    storage: { enabled: true },
    options: {
      drivers: {
        email: {
          send(mail) {
            options.onMail(mail);
            return Promise.resolve();
          },
        },
      },
      server: {
        apiKeys: {
          resolver(key) {
            const role = keyRoles.get(key);
            if (role === undefined) return Promise.resolve(null);
            return Promise.resolve({ type: role === "anon" ? "publishable" : "secret", claims: { role } });
          },
        },
        disableStudio: true,
      },
    },
  });
  app._storageAdapter = options.storage;
  const reloadSchema = async () => {
    await connection.clearSchemaCache();
    await connection.introspect({ useCache: true });
  };
  await quietly([], () => app.init());
  await reloadSchema();
  return {
    async fetch(request) {
      const printed: string[] = [];
      const answered = quietly(printed, async () => await app.fetch(request, { peerAddress: "127.0.0.1" }));
      const answer = await connection.underWay.follow(answered).catch(unreachable);
      if (answer.status >= 500) options.onFailure(`${request.method} ${request.url}: ${printed.join("\n")}`);
      return answer;
    },
    reloadSchema,
    async functions() {
      return (await connection.introspect({ useCache: true })).functions ?? [];
    },
  };
}

/** What PostgREST says of a database that it could not reach. @throws the error, when it is another one. */
function unreachable(error: unknown): Response {
  if (!(error instanceof DatabaseAwayError)) throw error;
  const message = "Database client error. Retrying the connection.";
  return Response.json({ code: "PGRST001", details: null, hint: null, message }, { status: 503 });
}
