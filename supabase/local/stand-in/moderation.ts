const categories: Record<string, RegExp> = {
  "harassment": /\b(?:idiot|moron|loser|stupid|dumm|arschloch|asshole|bastard|trottel)\b/i,
  "harassment/threatening": /\bI(?:'ll| will) (?:find|hurt|get) you\b/i,
  "hate": /\b(?:subhuman|untermensch|vermin|inferior race)\b/i,
  "hate/threatening": /\b(?:exterminate|vergast)\b/i,
  "illicit": /\b(?:launder money|counterfeit|pick a lock|geldwäsche)\b/i,
  "illicit/violent": /\b(?:pipe bomb|build a bomb|bombe bauen|explosives?)\b/i,
  "self-harm": /\b(?:kill myself|suicide|selbstmord|self[- ]harm)\b/i,
  "self-harm/intent": /\bI (?:want|am going) to (?:die|kill myself)\b/i,
  "self-harm/instructions": /\bhow to (?:kill|cut) myself\b/i,
  "sexual": /\b(?:porn|nude|xxx|nackt)\b/i,
  "sexual/minors": /\b(?:child porn)\b/i,
  "violence": /\b(?:kill|murder|stab|shoot|töten|umbringen|ermorden)\b/i,
  "violence/graphic": /\b(?:dismember|gore|entrails)\b/i,
};

/** Judges a text as `POST /v1/moderations` does: each category flagged or not, with a score 0..1. */
export function moderate(text: string) {
  const found = Object.entries(categories).map(([name, words]) => [name, words.test(text)] as const);
  return {
    flagged: found.some(([, flagged]) => flagged),
    categories: Object.fromEntries(found),
    category_scores: Object.fromEntries(found.map(([name, flagged]) => [name, flagged ? 0.92 : 0.001])),
    category_applied_input_types: Object.fromEntries(found.map(([name, flagged]) => [name, flagged ? ["text"] : []])),
  };
}
