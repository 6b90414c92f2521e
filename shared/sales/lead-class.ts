/** A: work it now, B: keep it warm, C: no effort now. */
export const leadClasses = ["A", "B", "C"] as const;

/** One of {@linkcode leadClasses}. */
export type LeadClass = (typeof leadClasses)[number];

/** Priority from which a lead belongs on the hot list. */
const HOT_LIST_FROM = 75;
/** A lead that is known not to be real enough is not hot, however keen it looks. */
const VERIFIED_FROM = 60;
/** Below it the band is cold. */
const COOL_FROM = 40;

/**
 * The class of a priority score 0..100: A on the hot list (75 and, where verification is known, at least 60 of that), B in the
 * bands warm and cool (from 40), else C.
 */
export function classOfPriority(priority: number, verification: number | null): LeadClass {
  if (priority >= HOT_LIST_FROM && (verification === null || verification >= VERIFIED_FROM)) return "A";
  return priority >= COOL_FROM ? "B" : "C";
}
