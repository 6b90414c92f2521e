/**
 * JSON text that is the same for the same value: object keys in code-unit order, members that are undefined left out.
 *
 * @param string Applied to every string value and key first; default: strings as they are.
 */
export function canonicalJson(value: unknown, string: (text: string) => string = (text) => text): string {
  if (typeof value === "string") return JSON.stringify(string(value));
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null, string)).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [string(key), member] as const)
      .sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0)
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member, string)}`);
    return `{${members.join(",")}}`;
  }
  return JSON.stringify(value) ?? "null";
}
