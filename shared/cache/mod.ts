/**
 * What makes two requests the same request: normalized values and their hashes.
 *
 * @module
 */
export { canonicalJson } from "./canonical-json.ts";
export { hashBody, hashInput, hashText } from "./hashes.ts";
