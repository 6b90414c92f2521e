/** What of the database the ledger's callers need: remote procedures under the service role. */
export interface Ledger {
  rpc<Result>(name: string, args: Record<string, unknown>): Promise<Result>;
}
