/**
 * The gateway: the providers' own APIs, in front of every provider, with budgets, limits and the log behind them.
 *
 * ```ts
 * // functions/gateway/index.ts
 * import { serveGateway } from "@shared/gateway/mod.ts";
 *
 * serveGateway();
 * ```
 *
 * @module
 */
export { gatewayHandler, serveGateway } from "./handler.ts";
