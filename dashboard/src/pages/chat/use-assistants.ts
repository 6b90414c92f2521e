import { type Assistant, loadAssistants, loadDefaultAssistant } from "../../api/assistants.ts";
import { useOrganization } from "../../organization/organization.tsx";
import { useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";

/** Whom the user can talk to. */
export function useAssistants() {
  const { client } = useProject();
  const { orgId } = useOrganization();
  const all = useQuery(`assistants/${orgId}`, (signal) => loadAssistants(client, orgId, signal));
  const preferred = useQuery(`default-assistant/${orgId}`, (signal) => loadDefaultAssistant(client, orgId, signal));
  const find = (id: string | null): Assistant | undefined => all.data?.find((each) => each.id === id);
  return {
    all,
    reload: () => {
      all.reload();
      preferred.reload();
    },
    /** Those that answer; templates are there to be copied. */
    usable: (all.data ?? []).filter(({ status, is_template }) => status !== "inactive" && !is_template),
    find,
    preferred: find(preferred.data ?? null),
  };
}

export type Assistants = ReturnType<typeof useAssistants>;
