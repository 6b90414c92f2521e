import type { Candidate } from "@shared/budget/mod.ts";
import { AppError } from "@shared/errors/mod.ts";
import { omittedParameters, type ProviderKind } from "@shared/providers/mod.ts";
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

function problemWith(candidate: Candidate, translated: Translated | AppError | null): AppError | null {
  if (translated instanceof AppError) return translated;
  if (translated === null) return null;
  const { provider: slug, kind, base_url: baseUrl, model } = candidate;
  const request = {
    ...translated,
    model,
    maxOutputTokens: candidate.max_output_tokens,
    signal: new AbortController().signal,
  };
  const omitted = omittedParameters({ slug, kind: kind as ProviderKind, baseUrl }, request)
    // Asked for at the value every model has anyway, nothing is lost.
    .filter((name) =>
      !((name === "temperature" && request.temperature === 1) || (name === "top_p" && request.topP === 1))
    );
  const [first] = omitted;
  return first === undefined ? null : unsupported(first, model);
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
