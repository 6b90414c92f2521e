/**
 * What tests of the gateway are written with: the gateway before one model of a kind, without network. Never imported by what is deployed.
 *
 * @module
 */
export { type Body, gateway, kinds, requests } from "./gateway-before.ts";
