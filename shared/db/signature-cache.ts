import { checkName } from "./call-name.ts";
import { matchingSignature, type Signature, signatureQuery, type SignatureRow } from "./signature.ts";

/** What a function takes and returns; kept, because a deployed function's face does not change under a running isolate. */
export interface LookUp {
  (name: string, args: string[]): Promise<Signature>;
  /** The same if it has been looked up already, else null. */
  known(name: string, args: string[]): Signature | null;
}

/** Looks signatures up once. Failures are not kept. */
export function signatureCache(query: (text: string) => Promise<SignatureRow[]>): LookUp {
  const asked = new Map<string, Promise<Signature>>();
  const known = new Map<string, Signature>();
  const keyOf = (name: string, args: string[]) => [name, ...args.toSorted()].join(" ");
  const lookUp = (name: string, args: string[]) => {
    const key = keyOf(name, args);
    const found = asked.get(key);
    if (found !== undefined) return found;
    const asking = query(signatureQuery(checkName(name))).then((rows) => {
      const signature = matchingSignature(rows, args);
      if (signature === null) throw new TypeError(`Cannot call ${name}: no such function with these arguments`);
      known.set(key, signature);
      return signature;
    });
    asked.set(key, asking);
    asking.catch(() => asked.delete(key));
    return asking;
  };
  return Object.assign(lookUp, {
    known: (name: string, args: string[]) => known.get(keyOf(name, args)) ?? null,
  });
}
