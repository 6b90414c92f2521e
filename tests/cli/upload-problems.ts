/** How an upload differs from what the function needs: `imported` are the local files that its module graph holds. */
export function uploadProblems(uploaded: string[], imported: string[]): string[] {
  const sent = new Set(uploaded);
  const needed = new Set([...imported, "deno.json"]);
  return [
    ...[...needed].filter((path) => !sent.has(path)).map((path) => `${path} is imported and was not uploaded`),
    ...uploaded
      .filter((path) => !needed.has(path) && !isSharedCode(path))
      .map((path) => `${path} was uploaded and is not imported`),
  ];
}

/** The alias for `shared/` uploads the whole folder: code in it may come along, nothing else. */
function isSharedCode(path: string): boolean {
  return /^shared\/[^.][^/]*\/(?:[^./][^/]*\/)*[^./][^/]*\.ts$/.test(path) && !/\/(fixtures|data)\//.test(path);
}
