import { type Suggestion, suggestSearches } from "../../api/knowledge-search.ts";
import { useOrganization } from "../../organization/organization.tsx";
import { useQuery } from "../../query/use-query.ts";
import { useSettled } from "../../query/use-settled.ts";
import { useProject } from "../../session/project.tsx";

/** Suggestions do not follow every key, in milliseconds. */
const SETTLE_MS = 200;

/** Longer beginnings are questions of somebody's own. */
const LONGEST = 200;

/** How a search may go on that begins so; nothing while it is short, and nothing rather than an error. */
export function useSuggestions(text: string): readonly Suggestion[] {
  const { client } = useProject();
  const { orgId } = useOrganization();
  const start = useSettled(text.trim().toLowerCase(), SETTLE_MS);
  const asked = start.length >= 2 && start.length <= LONGEST;
  const { data } = useQuery(
    asked ? `suggestions/${orgId}/${start}` : null,
    (signal) => suggestSearches(client, orgId, start, signal),
  );
  return data ?? [];
}
