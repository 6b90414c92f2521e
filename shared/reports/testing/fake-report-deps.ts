import type { Caller } from "@shared/http/mod.ts";
import type { ReportDeps } from "../report-deps.ts";

/** A call that reached the fake database. */
export interface FakeRpc {
  /** `service`, or the user's token. */
  as: string;
  name: string;
  args: Record<string, unknown>;
}

/** A report's surroundings in a test, and what they saw. */
export interface FakeReportStack {
  deps: ReportDeps;
  calls: FakeRpc[];
}

/**
 * Surroundings without network or chance: a user (`Bearer user`), a service (`apikey: secret`), a virtual key
 * (`Bearer sbx_key`), a publishable key (`apikey: publishable`), and a database that answers by a function.
 */
export function fakeReportDeps(answer: (call: FakeRpc, index: number) => unknown): FakeReportStack {
  const calls: FakeRpc[] = [];
  const rpcAs = (as: string) => <Result>(name: string, args: Record<string, unknown>): Promise<Result> => {
    calls.push({ as, name, args });
    return new Promise((resolve) => resolve(answer({ as, name, args }, calls.length - 1) as Result));
  };
  let ids = 0;
  return {
    calls,
    deps: {
      authenticate: (headers) => Promise.resolve(callerOf(headers)),
      database: { rpc: rpcAs("service"), asUser: (token) => ({ rpc: rpcAs(token ?? "service") }) },
      newId: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, "0")}`,
      log: () => {},
    },
  };
}

function callerOf(headers: Headers): Caller {
  if (headers.get("authorization") === "Bearer user") {
    return { kind: "user", userId: "u", email: null, token: "user", language: null, claims: {} };
  }
  if (headers.get("authorization") === "Bearer sbx_key") return { kind: "virtual_key", hash: "h" };
  if (headers.get("apikey") === "secret") return { kind: "service", keyName: "default" };
  return { kind: "publishable" };
}
