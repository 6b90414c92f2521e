/**
 * A real Postgres for tests: databases of their own with every migration applied, and transactions as the API roles.
 *
 * @module
 */
export { actAs } from "./act-as.ts";
export { withDatabase } from "./connection-string.ts";
export { createDatabase, createEmptyDatabase, serverUrl, type TestDatabase } from "./create-database.ts";
export { applyMigrations, readMigrations } from "./migrations.ts";
export { serverProgram } from "./server-program.ts";
