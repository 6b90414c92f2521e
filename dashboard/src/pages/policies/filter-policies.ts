import type { Policy } from "../../api/policies.ts";

/** What the list shows, as the page's address says it. Left out: everything, and of versions those that count or may. */
export interface PolicyFilter {
  task: string | null;
  status: PolicyStatus | null;
  owner: "platform" | "own" | null;
}

/** One status, or `all`. */
export type PolicyStatus = Policy["status"] | "all";

export const POLICY_STATUSES = ["active", "draft", "retired", "all"] as const satisfies readonly PolicyStatus[];

/** In an address, the policy of every task. */
export const EVERY_TASK = "-";

/** Reads a filter from an address; a word it does not know filters nothing. */
export function readFilter(search: URLSearchParams): PolicyFilter {
  const owner = search.get("owner");
  return {
    task: search.get("task"),
    status: POLICY_STATUSES.find((each) => each === search.get("status")) ?? null,
    owner: owner === "platform" || owner === "own" ? owner : null,
  };
}

/** The policies a filter lets through. */
export function filterPolicies(policies: readonly Policy[], { task, status, owner }: PolicyFilter): Policy[] {
  return policies.filter((policy) =>
    (task === null || (policy.task ?? EVERY_TASK) === task) &&
    (status === "all" || (status === null ? policy.status !== "retired" : policy.status === status)) &&
    (owner === null || (policy.org_id === null) === (owner === "platform"))
  );
}

/** Tasks that have a policy, each once, the policy of every task first. */
export function tasksOf(policies: readonly Policy[]): string[] {
  const tasks = new Set(policies.flatMap(({ task }) => task === null ? [] : [task]));
  return [...policies.some(({ task }) => task === null) ? [EVERY_TASK] : [], ...[...tasks].sort()];
}
