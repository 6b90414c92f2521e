import { record, string } from "./json-value.ts";
import type { ProviderError } from "./provider.ts";

/** What a vendor said when it refused a request, in the words its own clients know. */
export interface VendorRefusal {
  message: string;
  type: string | null;
  /** The parameter that is wrong; null when it does not say. */
  param: string | null;
  code: string | null;
}

/**
 * The refusal behind a provider's error, for those who asked in the vendor's own format. Null when the provider sent none in
 * a shape that can be read. Call it only for errors that are about the request: others speak of our account.
 */
export function vendorRefusal(error: ProviderError): VendorRefusal | null {
  const body = record(record(error.cause).error);
  const inner = record(body.error);
  const { message, type, param, code } = inner.message === undefined ? body : inner;
  if (typeof message !== "string") return null;
  return {
    message: message.slice(0, 1000).replace(/\b(?:sk|key|sbx)[-_][\w*-]{6,}/g, "[key]"),
    type: string(type),
    param: string(param),
    code: string(code),
  };
}
