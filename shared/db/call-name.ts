const NAME = /^[a-z_][a-z0-9_]{0,62}$/;

/** Names end up in an address or in SQL. They are ours, never a caller's: a bad one is a mistake in the code. */
export function checkName(name: string): string {
  if (NAME.test(name)) return name;
  throw new TypeError(`Cannot call the database: ${JSON.stringify(name)} is not a plain name`);
}
