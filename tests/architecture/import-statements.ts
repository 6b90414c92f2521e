/** One import or re-export of a module. */
export interface ImportStatement {
  /** As written: `./x.ts`, `@shared/errors/mod.ts`, `zod`. */
  specifier: string;
  /** Erased before anything runs. */
  typeOnly: boolean;
}

const STATEMENT = /^[ \t]*(import|export)\b([^;"'`]*?)\bfrom\s*["']([^"']+)["']/gm;
const SIDE_EFFECT = /^[ \t]*import\s*["']([^"']+)["']/gm;
const DYNAMIC = /\bimport\(\s*["'`]([^"'`]+)["'`]/g;

/** The imports of a module, dynamic ones included. Comments are no code. */
export function importStatements(source: string): ImportStatement[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^[ \t]*\/\/.*$/gm, "");
  return [
    ...[...code.matchAll(STATEMENT)].map(([, , clause = "", specifier = ""]) => ({
      specifier,
      typeOnly: /^\s*type\b/.test(clause),
    })),
    ...[...code.matchAll(SIDE_EFFECT)].map(([, specifier = ""]) => ({ specifier, typeOnly: false })),
    ...[...code.matchAll(DYNAMIC)].map(([, specifier = ""]) => ({ specifier, typeOnly: false })),
  ];
}

/** The repository path a specifier means, or null for a package. */
export function importedPath(from: string, specifier: string): string | null {
  if (specifier.startsWith("@shared/")) return specifier.slice(1);
  if (!specifier.startsWith(".")) return null;
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}
