import type { Candidate } from "@shared/budget/mod.ts";
import { AppError } from "@shared/errors/mod.ts";
import { type ChatRequest, heedsEffort, omittedParameters, type ProviderKind } from "@shared/providers/mod.ts";
import type { Asked, ClientFormat, Translated } from "./asked.ts";
import { unsupported } from "./client-error.ts";

/** Who can be asked exactly this, in the order the client wants, or why nobody can. */
export interface Able {
  candidates: Candidate[];
  refusal: AppError | null;
}

/** Leaves out candidates that would have to be asked for less than the client wants, and puts the others in its order. */
export function ableCandidates(
  candidates: readonly Candidate[],
  { format, asked, translated }: { format: ClientFormat; asked: Asked; translated: Translated | AppError | null },
): Able {
  let refusal: AppError | null = null;
  const able = candidates.filter((candidate) => {
    const problem = format.speaks(candidate.kind) ? null : problemWith(candidate, translated);
    refusal ??= problem;
    return problem === null;
  });
  // Nobody at all is the router's to tell.
  if (able.length === 0 && candidates.length > 0) return { candidates: [], refusal };
  return { candidates: inOrder(able, asked.choice.models), refusal: null };
}

/** What of a translated request the candidate is not told: hints without a counterpart, and an effort it cannot be asked for. */
export function unheard(candidate: Candidate, translated: Translated, effortName: string): string[] {
  const { effort, ignored = [] } = translated;
  const wantsEffort = effort !== undefined && effort !== "least" && effort !== "default";
  return wantsEffort && !heedsEffort(providerOf(candidate), requestTo(candidate, translated))
    ? [...ignored, effortName]
    : ignored;
}

function problemWith(candidate: Candidate, translated: Translated | AppError | null): AppError | null {
  if (translated instanceof AppError) return translated;
  if (translated === null) return null;
  const request = requestTo(candidate, translated);
  const omitted = omittedParameters(providerOf(candidate), request)
    // Asked for at the value every model has anyway, nothing is lost.
    .filter((name) =>
      !((name === "temperature" && request.temperature === 1) || (name === "top_p" && request.topP === 1))
    );
  const [first] = omitted;
  return first === undefined ? null : unsupported(first, candidate.model);
}

function providerOf({ provider: slug, kind, base_url: baseUrl }: Candidate) {
  return { slug, kind: kind as ProviderKind, baseUrl };
}

function requestTo({ model, max_output_tokens: maxOutputTokens }: Candidate, translated: Translated): ChatRequest {
  return { ...translated, model, maxOutputTokens, signal: new AbortController().signal };
}

/** Admission orders by tier; the client's order wins. A model named by an alias stays where it is. */
function inOrder(candidates: Candidate[], models: readonly string[] | null): Candidate[] {
  if (models === null || models.length < 2) return candidates;
  const rank = ({ provider, model }: Candidate) => {
    const at = models.findIndex((name) => name === model || name === `${provider}/${model}`);
    return at < 0 ? models.length : at;
  };
  return candidates.toSorted((a, b) => rank(a) - rank(b));
}
