import postgres from "postgres";

/** Between two attempts to reach a server that is gone, milliseconds. */
const AGAIN_MS = 1_000;

/** How a lost connection is made again: by itself postgres.js waits longer each time, up to 20 s after the server is back. */
export const RECONNECTING = { backoff: () => 0.5, connect_timeout: 10 };

/** Whether there is a connection no more: it broke, or the server ended it or did not let it in. */
export function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("severity" in error) return error.severity === "FATAL" || error.severity === "PANIC";
  return "code" in error && /^(CONNECTION_|ECONN|EPIPE)/.test(String(error.code)) || isWriteToNothing(error);
}

function isWriteToNothing(error: Error): boolean {
  return error instanceof TypeError && (error.stack ?? "").includes("nextWrite");
}

/** What waited for an answer while the server was away gets none. */
export class DatabaseAwayError extends Error {
  override readonly name = "DatabaseAwayError";

  constructor() {
    super("Cannot reach the database: its server was away");
  }
}

/** What is under way, so that all of it can be told at once that its connection is gone. */
export class UnderWay {
  readonly #fail = new Set<(error: unknown) => void>();

  /** The same result, unless {@linkcode UnderWay.fail} comes first. */
  follow<Result>(work: Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#fail.add(reject);
      work.then(resolve, reject).finally(() => this.#fail.delete(reject));
    });
  }

  fail(error: unknown): void {
    for (const reject of this.#fail) reject(error);
  }
}

/**
 * A client of postgres.js that is replaced when a connection of it is lost: it keeps a lost one reserved for whoever waited for it and
 * was told that it failed, until none is left. Everything under way on the old one fails with it.
 */
export class RenewedClient<Client> {
  #client: Client;
  #underWay = new UnderWay();

  constructor(readonly open: () => Client, readonly end: (client: Client) => Promise<unknown>) {
    this.#client = open();
  }

  /** The client in use. */
  get client(): Client {
    return this.#client;
  }

  /** Carries out `work` on the client, and leaves it behind when the work lost a connection. */
  async use<Result>(work: (client: Client) => Promise<Result>): Promise<Result> {
    const used = this.#client;
    try {
      return await this.#underWay.follow(work(used));
    } catch (error) {
      if (isConnectionLoss(error) && used === this.#client) this.renew(error);
      throw error;
    }
  }

  /** Leaves the client behind: its connections are known to be lost. */
  renew(error: unknown): void {
    const [client, underWay] = [this.#client, this.#underWay];
    this.#client = this.open();
    this.#underWay = new UnderWay();
    underWay.fail(error);
    this.end(client).catch(() => {});
  }
}

let surviving = false;

/**
 * Keeps the process alive where postgres.js fails out of everybody's reach: it writes the rollback of a transaction to a connection
 * that is gone (https://github.com/porsager/postgres/issues/1208), and nobody waits for the types it asks each new connection for.
 */
export function surviveLostConnections(): void {
  if (surviving) return;
  surviving = true;
  globalThis.addEventListener("error", (event) => {
    const { error } = event;
    if (error instanceof Error && isWriteToNothing(error)) event.preventDefault();
  });
  globalThis.addEventListener("unhandledrejection", (event) => {
    if (isConnectionLoss(event.reason)) event.preventDefault();
  });
}

/** What somebody who listens is told. */
export interface Hearing {
  onPayload: (payload: string) => void;
  /** The connection was lost and is there again: notifications may have been missed. */
  onAgain: () => void;
}

/**
 * Listens on a connection of its own, and again after each loss of it until the returned function is called: `sql.listen` of
 * postgres.js gives up when the server is not back at once.
 */
export async function listenAlways(url: string, channel: string, hearing: Hearing): Promise<() => Promise<void>> {
  let stopped = false;
  let lost = false;
  let returning: Promise<void> | null = null;
  const options = {
    ...RECONNECTING,
    max: 1,
    fetch_types: false,
    max_lifetime: null,
    onnotice: () => {},
    onnotify: (_channel: string, payload: string) => hearing.onPayload(payload),
    onclose: () => {
      lost = true;
      returning ??= comeBack().finally(() => returning = null);
    },
  };
  const sql = postgres(url, options);
  const listen = () => sql`listen ${sql(channel)}`;

  async function comeBack(): Promise<void> {
    while (lost && !stopped) {
      lost = false;
      try {
        await listen();
        if (!lost) hearing.onAgain();
      } catch {
        lost = true;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
  }

  await listen();
  return async () => {
    stopped = true;
    await sql.end({ timeout: 0 });
    await returning;
  };
}
