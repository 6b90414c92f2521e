/**
 * Makes small images and recordings. Never imported by what is deployed.
 *
 * @module
 */
export { makeWav } from "./make-wav.ts";
