import { loadBudgetStatus } from "../../api/budgets.ts";
import { loadBudgets } from "../../api/limits.ts";
import { useOrganization } from "../../organization/organization.tsx";
import { useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";

/** Budgets as they are stored and as they stand. */
export function useBudgets() {
  const { client } = useProject();
  const { orgId } = useOrganization();
  return {
    stored: useQuery(`budgets/${orgId}`, (signal) => loadBudgets(client, orgId, signal)),
    status: useQuery(`budget-status/${orgId}`, (signal) => loadBudgetStatus(client, orgId, signal), {
      refreshMs: 30_000,
    }),
  };
}
