import type { Candidate, Tier } from "@shared/budget/mod.ts";

const RANK: Record<Tier, number> = { small: 1, large: 2, frontier: 3 };

/** Whether the tier is above the other. */
function isAbove(tier: Tier, other: Tier): boolean {
  return RANK[tier] > RANK[other];
}

/** The candidates of a request and what became of them. */
export class Route {
  /** Not asked yet, in the plan's order. */
  #untried: Candidate[];
  /** Asked, failed, and worth another try, with the earliest time for it. */
  #failed: { candidate: Candidate; notBefore: number }[] = [];
  #rounds = 0;

  readonly #plan: readonly Candidate[];
  readonly #inOrder: boolean;

  /** @param inOrder Failed candidates are followed by the next in the plan's order, whatever its tier and provider. */
  constructor(candidates: readonly Candidate[], inOrder = false) {
    this.#plan = candidates;
    this.#untried = [...candidates];
    this.#inOrder = inOrder;
  }

  /** How often the failed candidates have been gone through again. */
  get rounds(): number {
    return this.#rounds;
  }

  /** The first candidate of the plan. */
  first(): Candidate | null {
    return this.#take(this.#untried[0]);
  }

  /**
   * Candidates to ask side by side, each as often as it is in the list: of different providers and of one tier as far as there are.
   * None when that is one answer only, for that is no company.
   */
  several(count: number, each = 1): Candidate[] {
    const tier = this.#untried[0]?.tier;
    const same = this.#untried.filter((candidate) => candidate.tier === tier);
    const providers = new Set<string>();
    const distinct = same.filter(({ provider }) => !providers.has(provider) && providers.add(provider));
    const chosen = [...new Set([...distinct, ...same, ...this.#untried])].slice(0, count);
    if (chosen.length * each < 2) return [];
    for (const candidate of chosen) this.#take(candidate);
    return chosen.flatMap((candidate) => Array.from({ length: each }, () => candidate));
  }

  /** An untried candidate above a tier: the nearest tier first. */
  above(tier: Tier): Candidate | null {
    const higher = this.#untried.filter((candidate) => isAbove(candidate.tier, tier));
    const rank = Math.min(...higher.map((candidate) => RANK[candidate.tier]));
    return this.#take(higher.find((candidate) => RANK[candidate.tier] === rank));
  }

  /** The untried candidate that comes next in the plan after one that was asked. */
  behind(asked: Candidate): Candidate | null {
    const position = this.#plan.indexOf(asked);
    return this.#take(this.#untried.find((candidate) => this.#plan.indexOf(candidate) > position));
  }

  /** An untried candidate with a larger window than the one that was too small. */
  larger(than: Candidate): Candidate | null {
    return this.#take(this.#untried.find((candidate) => candidate.context_window > than.context_window));
  }

  /** An untried candidate that can do something the others need not. */
  accepting(capability: string): Candidate | null {
    return this.#take(this.#untried.find((candidate) => candidate.capabilities.includes(capability)));
  }

  /**
   * Where to go from a failed candidate: the same tier at another provider, the same tier, another provider, whatever is left.
   *
   * @param atLeast Only this tier and above; null = any.
   */
  after(failed: Candidate, atLeast: Tier | null): Candidate | null {
    if (this.#inOrder) return this.#take(this.#untried[0]);
    const open = this.#untried.filter(({ tier }) => atLeast === null || !isAbove(atLeast, tier));
    const sameTier = open.filter((candidate) => candidate.tier === failed.tier);
    const elsewhere = (candidate: Candidate) => candidate.provider !== failed.provider;
    return this.#take(sameTier.find(elsewhere) ?? sameTier[0] ?? open.find(elsewhere) ?? open[0]);
  }

  /** Remembers that a candidate failed in a way that may pass. */
  failed(candidate: Candidate, notBefore: number): void {
    // Answers of one model that were asked side by side fail side by side.
    const known = this.#failed.find((entry) => entry.candidate === candidate);
    if (known === undefined) this.#failed.push({ candidate, notBefore });
    else known.notBefore = Math.max(known.notBefore, notBefore);
  }

  /** Strikes out a provider for the rest of the request. */
  dropProvider(provider: string): void {
    this.#untried = this.#untried.filter((candidate) => candidate.provider !== provider);
    this.#failed = this.#failed.filter(({ candidate }) => candidate.provider !== provider);
  }

  /**
   * Another round through the candidates that failed, the soonest first.
   *
   * @returns The first of them and the earliest time it may be asked; null when there are none.
   */
  again(): { candidate: Candidate; notBefore: number } | null {
    if (this.#failed.length === 0) return null;
    this.#rounds++;
    const round = this.#failed.sort((a, b) => a.notBefore - b.notBefore);
    this.#failed = [];
    const [first, ...rest] = round;
    this.#untried = rest.map(({ candidate }) => candidate);
    return first ?? null;
  }

  #take(candidate: Candidate | undefined): Candidate | null {
    if (candidate === undefined) return null;
    this.#untried = this.#untried.filter((other) => other !== candidate);
    return candidate;
  }
}
