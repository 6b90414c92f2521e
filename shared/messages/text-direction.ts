/** Languages that are written from right to left. */
const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "iw", "ur", "yi", "ps", "sd", "ug", "dv", "ku", "ckb"]);

/** From left to right, or from right to left. */
export type TextDirection = "ltr" | "rtl";

/** How a text is written: by its language where that is known, else by the script most of its letters are of. */
export function textDirection(language: string | null, text: string): TextDirection {
  const primary = language?.toLowerCase().split("-")[0];
  if (primary !== undefined && RIGHT_TO_LEFT.has(primary)) return "rtl";
  const sample = text.slice(0, 5_000);
  const letters = sample.match(/\p{L}/gu)?.length ?? 0;
  const right = sample.match(/[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/g)?.length ?? 0;
  return right > letters / 2 ? "rtl" : "ltr";
}
