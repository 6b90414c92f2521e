import type { ParameterKind } from "./sql-literal.ts";

/** What one has to know about a function to call it with JSON and to give its result back as PostgREST would. */
export interface Signature {
  parameters: Map<string, ParameterKind>;
  returnsSet: boolean;
  returnsVoid: boolean;
  /** One JSON value, which needs no conversion. */
  returnsJson: boolean;
}

/** A row of {@linkcode signatureQuery}. */
export interface SignatureRow {
  names: string[] | null;
  kinds: string[] | null;
  returns_set: boolean;
  returns_void: boolean;
  returns_json: boolean;
}

/** Functions of `public` with this name, overloads included. The name is one of ours and plain. */
export function signatureQuery(name: string): string {
  return `
    select pg_catalog.to_jsonb(p.proargnames) as names,
           (select pg_catalog.jsonb_agg(
                     case when t.typname in ('json', 'jsonb') then 'json' when t.typcategory = 'A' then 'array' else 'other' end
                     order by a.position)
              from pg_catalog.unnest(p.proargtypes) with ordinality as a (type, position)
              join pg_catalog.pg_type as t on t.oid = a.type) as kinds,
           p.proretset as returns_set,
           p.prorettype = 'pg_catalog.void'::pg_catalog.regtype as returns_void,
           not p.proretset and p.prorettype in ('pg_catalog.json'::pg_catalog.regtype, 'pg_catalog.jsonb'::pg_catalog.regtype) as returns_json
      from pg_catalog.pg_proc as p
     where p.proname = '${name}' and p.pronamespace = 'public'::pg_catalog.regnamespace`;
}

/** The overload that has all the arguments; null when there is none. */
export function matchingSignature(rows: SignatureRow[], args: string[]): Signature | null {
  for (const row of rows) {
    const kinds = row.kinds ?? [];
    const parameters = new Map<string, ParameterKind>();
    // Input parameters come first among the names; those of returned columns follow.
    for (const [index, kind] of kinds.entries()) parameters.set(row.names?.[index] ?? "", kindOf(kind));
    if (args.every((name) => parameters.has(name))) {
      return { parameters, returnsSet: row.returns_set, returnsVoid: row.returns_void, returnsJson: row.returns_json };
    }
  }
  return null;
}

function kindOf(word: string): ParameterKind {
  return word === "json" || word === "array" ? word : "other";
}
