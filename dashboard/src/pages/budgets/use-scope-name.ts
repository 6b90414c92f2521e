import { loadKeys } from "../../api/keys.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { usePersonName } from "../../organization/people.ts";
import { useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";
import { budgetsMessages } from "./budgets-messages.ts";

/** Virtual keys of the organization that the user may see. */
export function useKeys() {
  const { client } = useProject();
  const { orgId } = useOrganization();
  return useQuery(`keys/${orgId}`, (signal) => loadKeys(client, orgId, signal));
}

/** What a budget or limit is for, in words. */
export function useScopeName(): (scope: string, scopeKey: string | null) => string {
  const t = useText(budgetsMessages);
  const person = usePersonName();
  const { data: keys } = useKeys();
  return (scope, scopeKey) => {
    const kind = `scope_${scope}` in budgetsMessages ? t(`scope_${scope}` as "scope_user") : scope;
    if (scope === "organization") return kind;
    if (scopeKey === null) return `${kind}: ${t("every")}`;
    if (scope === "user") return person(scopeKey);
    if (scope === "key") return keys?.find(({ id }) => id === scopeKey)?.name ?? scopeKey.slice(0, 8);
    return scopeKey;
  };
}
