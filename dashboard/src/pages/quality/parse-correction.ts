/** What somebody typed as a corrected answer: null for nothing, undefined for what is no JSON. */
export function parseCorrection(text: string): unknown {
  if (text.trim() === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
