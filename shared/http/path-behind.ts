/**
 * Path behind a function's name, without slashes at its ends: `items/0192…`; empty for the function itself. Hosted, the address
 * begins with the function's name; behind a gateway of one's own it may not.
 */
export function pathBehind(name: string, request: Request): string {
  const { pathname } = new URL(request.url);
  const start = `${pathname}/`.indexOf(`/${name}/`);
  return pathname.slice(start + name.length + 1).replace(/^\/+|\/+$/g, "");
}
