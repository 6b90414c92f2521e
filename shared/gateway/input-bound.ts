import { tokensForTools, tokensPerRequest } from "@shared/pricing/mod.ts";
import { tokensPerImage } from "@shared/providers/mod.ts";

/** Words around a schema that is told to a model in its prompt, in bytes and generously. */
const INSTRUCTION_BYTES = 400;

/** What of a body does not count by its bytes. */
export interface HeavyParts {
  images: number;
  /** Bytes of images inside the body. */
  imageBytes: number;
  /** Bytes of documents inside the body: estimated, since their pages cannot be counted. */
  fileBytes: number;
  /** Bytes of schemas, which some models are told twice. */
  schemaBytes: number;
  hasTools: boolean;
}

/**
 * An upper bound of the input tokens of a JSON body: no token is shorter than a byte, JSON is never shorter than what it says,
 * and its braces and names are more than what a format adds to each message. Images count what they cost at most.
 */
export function inputBound(size: number, heavy: HeavyParts): number {
  const special = heavy.hasTools || heavy.schemaBytes > 0 ? tokensForTools + INSTRUCTION_BYTES : 0;
  return size - heavy.imageBytes + heavy.images * tokensPerImage + heavy.fileBytes + heavy.schemaBytes + special +
    tokensPerRequest;
}
