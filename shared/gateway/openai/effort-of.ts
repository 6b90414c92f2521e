import type { Translated } from "../asked.ts";
import { unsupported } from "../client-error.ts";
import { given } from "../fields.ts";

const EFFORTS = { none: "least", minimal: "least", low: "low", medium: "medium", high: "high", xhigh: "high" } as const;

/** OpenAI's names of reasoning efforts in ours; null when none is asked for. */
export function effortOf(value: unknown, param: string): Translated["effort"] | null {
  if (!given(value)) return null;
  if (typeof value === "string" && Object.hasOwn(EFFORTS, value)) return EFFORTS[value as keyof typeof EFFORTS];
  throw unsupported(param, "the model's provider");
}
