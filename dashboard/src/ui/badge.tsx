import type { ReactNode } from "react";

export type Tone = "good" | "warning" | "bad" | "neutral" | "accent";

/** A word with a colour; the word alone says it too. */
export function Badge({ tone = "neutral", children }: { tone?: Tone; children: ReactNode }) {
  return <span className={`badge badge-${tone}`}>{children}</span>;
}
