/** The same server, login and options, another database. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

/** The same login acting as another role from its first statement on, for tools as well as for drivers. */
export function withRole(url: string, role: string): string {
  const changed = new URL(url);
  changed.searchParams.set("options", `-c role=${role}`);
  // libpq decodes %20 but not +.
  changed.search = changed.search.replaceAll("+", "%20");
  return changed.href;
}
