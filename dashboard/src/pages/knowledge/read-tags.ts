/** Most tags of a document, and most characters of one: what the database takes. */
const MOST_TAGS = 50;
const MOST_CHARACTERS = 50;

/** Tags as they are typed, separated by commas, each once; null when they are too many or too long. */
export function readTags(text: string): string[] | null {
  const tags = [...new Set(text.split(",").map((tag) => tag.trim()).filter((tag) => tag !== ""))];
  return tags.length > MOST_TAGS || tags.some((tag) => tag.length > MOST_CHARACTERS) ? null : tags;
}
