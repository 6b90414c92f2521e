/**
 * What makes two requests the same request: normalized values and their hashes.
 *
 * @module
 */
export { hashBody, hashInput, hashText } from "./hashes.ts";
