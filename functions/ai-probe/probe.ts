/**
 * Asks providers whether they answer, for cron: where traffic has not told for a while, or a pause after failures is over.
 *
 * @module
 */
import { config } from "@shared/config/mod.ts";
import { type Database, openDatabase } from "@shared/db/mod.ts";
import { AppError } from "@shared/errors/mod.ts";
import {
  type Authenticate,
  authenticator,
  bodyLimits,
  describedTo,
  describeFunction,
  endpoint,
  jsonResponse,
  type Log,
  logLine,
  readJsonBody,
  requireIdentity,
  validate,
} from "@shared/http/mod.ts";
import {
  probeProvider,
  type ProviderConfiguration,
  type ProviderRow,
  reachProvider,
  vaultKeys,
} from "@shared/providers/mod.ts";
import { z } from "zod";

/** A list of models that takes longer is as good as none. */
const LIMIT_MS = 5_000;

const body = z.strictObject({
  providers: z.array(z.strictObject({
    slug: z.string().max(60),
    kind: z.enum(["openai", "anthropic", "openai_compatible"]),
    base_url: z.url().nullable(),
  })).max(50),
});

/** The surroundings of the handler. */
export interface ProbeDeps {
  authenticate: Authenticate;
  database: Database;
  /** Slugs of the providers this deployment has keys for. */
  providers: string[];
  /** The way to one of them. */
  reach(row: ProviderRow): ProviderConfiguration;
  /** Epoch milliseconds. */
  now(): number;
  newId(): string;
  log: Log;
}

const finding = z.strictObject({
  provider: z.string(),
  error_code: z.string().nullable().describe("Kind of the failure; null: it answers."),
  latency_ms: z.int(),
});

/** What a provider was found to be. */
type Finding = z.output<typeof finding>;

/**
 * The handler: `POST {"providers": [{"slug", "kind", "base_url"}]}` with a secret key asks those of them there are keys for and tells
 * the database.
 *
 * @param deps Default: this deployment's own, made when the first request comes in.
 */
export function probeHandler(deps?: ProbeDeps): (request: Request) => Promise<Response> {
  return endpoint({
    methods: ["GET", "POST"],
    ...(deps === undefined ? {} : { newId: deps.newId, log: deps.log }),
    async answer({ request }) {
      const surroundings = deps ?? systemDeps();
      const { authenticate, database } = surroundings;
      const caller = await authenticate(request.headers);
      if (request.method === "GET") return describedTo(request, describeProbe());
      if (requireIdentity(caller).kind !== "service") {
        throw new AppError("forbidden", "Cannot probe providers: a secret key is needed");
      }
      const { providers } = validate(body, await readJsonBody(request, bodyLimits.task));
      const findings = await Promise.all(
        providers.filter(({ slug }) => surroundings.providers.includes(slug))
          .map(({ slug, kind, base_url }) =>
            probe({ provider: slug, kind, base_url, secret_name: null }, surroundings)
          ),
      );
      await database.rpc("ai_note_probes", { findings });
      return jsonResponse({ data: findings });
    },
  });
}

function describeProbe() {
  return describeFunction({
    task: "ai-probe",
    title: "Provider probe",
    description: "Asks providers whether they answer: for cron, with a secret key.",
    translations: {
      de: {
        title: "Anbieterprobe",
        description: "Fragt Anbieter, ob sie antworten: für Cron, mit einem geheimen Schlüssel.",
      },
      fr: {
        title: "Sonde des fournisseurs",
        description: "Demande aux fournisseurs s'ils répondent : pour cron, avec une clé secrète.",
      },
      es: {
        title: "Sondeo de proveedores",
        description: "Pregunta a los proveedores si responden: para cron, con una clave secreta.",
      },
    },
    input: body,
    output: z.array(finding),
    example: null,
  });
}

async function probe(row: ProviderRow, { now, reach }: ProbeDeps): Promise<Finding> {
  const startedAt = now();
  const failure = await probeProvider({ ...reach(row), now }, AbortSignal.timeout(LIMIT_MS));
  return { provider: row.provider, error_code: failure?.kind ?? null, latency_ms: Math.round(now() - startedAt) };
}

function systemDeps(): ProbeDeps {
  const environment = config();
  const database = openDatabase(environment);
  const vault = vaultKeys(database);
  return {
    authenticate: authenticator(environment),
    database,
    providers: Object.keys(environment.providers),
    reach: (row) => reachProvider(row, { environment, vault }),
    now: Date.now,
    newId: () => crypto.randomUUID(),
    log: logLine,
  };
}
