/** U+FEFF, zero-width joiners of nothing and soft hyphens: invisible, and they tear words apart for a search. */
const INVISIBLE = /[\u{feff}\u{200b}\u{2060}\u{00ad}]/gu;
// deno-lint-ignore no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/** The text composed (NFC), with one kind of line end, and without characters that nobody can see. */
export function plainText(text: string): string {
  return text.normalize("NFC").replace(/\r\n?/g, "\n").replace(INVISIBLE, "").replace(CONTROL, " ");
}
