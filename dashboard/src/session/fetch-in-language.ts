/**
 * A `fetch` that asks for answers, and for what went wrong, in the language of the page: the browser's own may be another.
 *
 * @param language Tells the language each time.
 */
export function fetchInLanguage(language: () => string, fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return (input, init) => {
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : {}));
    headers.set("accept-language", language());
    return fetch(input, { ...init, headers });
  };
}
