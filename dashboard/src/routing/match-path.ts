/**
 * The parameters of a path that fits a pattern such as `/:org/requests/:id`, else null. A parameter takes one segment.
 */
export function matchPath(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split("/").filter(Boolean);
  const given = path.split("/").filter(Boolean);
  if (wanted.length !== given.length) return null;
  const parameters: Record<string, string> = {};
  for (const [place, segment] of wanted.entries()) {
    const value = given[place] ?? "";
    if (segment.startsWith(":")) parameters[segment.slice(1)] = decode(value);
    else if (segment !== value) return null;
  }
  return parameters;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
