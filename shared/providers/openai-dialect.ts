/** Which of the servers that speak OpenAI's format is on the other side. */
export type OpenAiDialect = "openai" | "together" | "compatible";

/** Tells the dialect from a provider row. Together is known by its slug or its address. */
export function openAiDialect(
  { slug, kind, baseUrl }: { slug: string; kind: string; baseUrl: string | null },
): OpenAiDialect {
  if (kind === "openai") return "openai";
  return slug === "together" || /(?:^|\.)together\.(?:xyz|ai)$/.test(hostOf(baseUrl)) ? "together" : "compatible";
}

function hostOf(url: string | null): string {
  return url !== null && URL.canParse(url) ? new URL(url).hostname : "";
}
