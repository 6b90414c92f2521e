import { checkClaim } from "@shared/retrieval/mod.ts";
import type { ModelAnswer } from "./answer-task.ts";
import type { Claim, Found, SearchAnswer } from "./task.ts";

/** An answer from passages. */
export type CitedAnswer = NonNullable<SearchAnswer["answer"]>;

/** What there is to say where no passage answers. */
export const NO_ANSWER: CitedAnswer = { found: false, text: null, claims: [] };

/** The best passages that fit the context; the first one always. */
export function withinContext(results: readonly Found[], mostTokens: number): Found[] {
  let tokens = 0;
  return results.filter(({ token_count }, index) => {
    tokens += token_count;
    return index === 0 || tokens <= mostTokens;
  });
}

/** What a model says of passages, each claim held against those it cites. */
export function citedAnswer({ claims }: ModelAnswer, passages: readonly Found[]): CitedAnswer {
  if (claims.length === 0) return NO_ANSWER;
  const looked: Claim[] = claims.map(({ statement: text, citations }) => {
    const known = [...new Set(citations)].filter((number) => passages[number - 1] !== undefined);
    const cited = known.flatMap((number) => passages[number - 1] ?? []);
    return {
      text,
      citations: known,
      supported: checkClaim(text, cited.map(({ section, content }) => `${section}\n${content}`)),
    };
  });
  const text = looked.map(({ text, citations }) => [text, ...citations.map((number) => `[${number}]`)].join(" "))
    .join("\n");
  return { found: true, text, claims: looked };
}

/** Ids of the passages that an answer cites, each once. */
export function citedBy({ claims }: CitedAnswer, results: readonly Found[]): string[] {
  const numbers = new Set(claims.flatMap(({ citations }) => citations));
  return results.filter((_, index) => numbers.has(index + 1)).map(({ chunk_id }) => chunk_id);
}
