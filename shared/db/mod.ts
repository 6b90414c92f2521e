/**
 * The project's database by one face and two ways: the Data API (default) or a direct connection (`SIGNALBOX_DB=direct`).
 *
 * ```ts
 * const database = openDatabase(config());
 * const admission = await database.rpc<Admission>("ai_admit", { request });
 * const settings = await database.asUser(caller.token, caller.claims).rpc("effective_settings", {});
 * ```
 *
 * @module
 */
export type { CallOptions, Database } from "./database.ts";
export { openDatabase, type ServiceDatabase } from "./open-database.ts";
