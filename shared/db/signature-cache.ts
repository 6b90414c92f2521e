import { checkName } from "./call-name.ts";
import { matchingSignature, type Signature, signatureQuery, type SignatureRow } from "./signature.ts";

/** What a function takes and returns; kept, because a deployed function's face does not change under a running isolate. */
export type LookUp = (name: string, args: string[]) => Promise<Signature>;

/** Looks signatures up once. Failures are not kept. */
export function signatureCache(query: (text: string) => Promise<SignatureRow[]>): LookUp {
  const known = new Map<string, Promise<Signature>>();
  return (name, args) => {
    const key = [name, ...args.toSorted()].join(" ");
    const found = known.get(key);
    if (found !== undefined) return found;
    const asked = query(signatureQuery(checkName(name))).then((rows) => {
      const signature = matchingSignature(rows, args);
      if (signature !== null) return signature;
      throw new TypeError(`Cannot call ${name}: no such function with these arguments`);
    });
    known.set(key, asked);
    asked.catch(() => known.delete(key));
    return asked;
  };
}
