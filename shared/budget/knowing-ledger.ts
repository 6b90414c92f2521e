import type { CallOptions } from "@shared/db/mod.ts";
import { AppError } from "@shared/errors/mod.ts";
import type { Admission, AdmissionRequest, Candidate } from "./admission.ts";
import type { Ledger } from "./ledger.ts";

/** Kinds of request whose card is remembered. */
const MOST_REMEMBERED = 500;
/** What of a candidate is told with every plan. The rest is the route card's: the same until the registry changes. */
const OF_THE_REQUEST = [
  "max_output_tokens",
  "worst_cost_usd",
  "full_output_tokens",
  "full_cost_usd",
  "breaker",
] as const;

type Standing = Omit<Candidate, typeof OF_THE_REQUEST[number]>;
/** A candidate of which only its rank and the request's part were told. */
type Short = Omit<Candidate, keyof Standing> & { rank: number };

interface Card {
  id: string;
  /** By their ranks. */
  candidates: Map<number, Standing>;
}

/**
 * The same ledger, which tells an admission whose candidates it knows: names, prices and abilities of models change a few times a
 * day and are three quarters of a plan. The database leaves out only what is on the very card it decides by, so what is remembered
 * here can be missing or old, never wrong.
 */
export function knowingLedger(ledger: Ledger): Ledger {
  const cards = new Map<string, Card>();

  async function admit(args: Record<string, unknown>, options?: CallOptions): Promise<Admission | null> {
    const request = args["request"] as AdmissionRequest;
    const key = keyOf(request);
    const card = cards.get(key);
    const known = card === undefined ? {} : { known_card: card.id, known_ranks: [...card.candidates.keys()] };
    const admission = await ledger.rpc<Admission | null>(
      "ai_admit",
      { ...args, request: { ...request, ...known } },
      options,
    );
    if (admission?.outcome !== "admitted" || admission.plan.card === undefined) return admission;
    const { plan } = admission;
    const current = card?.id === admission.plan.card ? card : { id: admission.plan.card, candidates: new Map() };
    remember(key, current);
    return { outcome: "admitted", plan: { ...plan, candidates: plan.candidates.map((one) => whole(one, current)) } };
  }

  function remember(key: string, card: Card): void {
    cards.delete(key);
    cards.set(key, card);
    const [oldest] = cards.keys();
    if (cards.size > MOST_REMEMBERED && oldest !== undefined) cards.delete(oldest);
  }

  return {
    async rpc<Result>(name: string, args: Record<string, unknown>, options?: CallOptions): Promise<Result> {
      if (name === "ai_admit") return await admit(args, options) as Result;
      return await ledger.rpc<Result>(name, args, options);
    },
  };
}

/** A candidate with what was left out of it. One that was told whole is known from now on. */
function whole(candidate: Candidate | Short, { candidates }: Card): Candidate {
  if (isShort(candidate)) {
    const standing = candidates.get(candidate.rank);
    if (standing !== undefined) return { ...standing, ...candidate };
    throw new AppError(
      "ledger_unavailable",
      "Cannot admit the request: the ledger's answer is unknown",
    );
  }
  if (candidate.rank !== undefined && !candidates.has(candidate.rank)) {
    const mine: readonly string[] = OF_THE_REQUEST;
    const standing = Object.fromEntries(Object.entries(candidate).filter(([name]) => !mine.includes(name)));
    candidates.set(candidate.rank, standing as unknown as Standing);
  }
  return candidate;
}

function isShort(candidate: Candidate | Short): candidate is Short {
  return !("provider" in candidate);
}

/** Requests with one key are mostly decided by one card. */
function keyOf(request: AdmissionRequest): string {
  const { org_id, user_id, key_hash, service, task, operation, models, needs, providers } = request;
  return JSON.stringify([org_id, user_id, key_hash, service, task, operation, models, needs, providers]);
}
