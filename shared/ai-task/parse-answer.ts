/**
 * The JSON value of a model's text. Some models wrap it in a Markdown fence; everything else around it makes it unusable.
 *
 * @returns Null when the text is no JSON; a JSON `null` is no answer either.
 */
export function parseAnswer(text: string): unknown {
  const bare = /^```(?:json)?\s*\n([\s\S]*?)\n?```$/.exec(text.trim())?.[1] ?? text;
  try {
    return JSON.parse(bare);
  } catch {
    return null;
  }
}
