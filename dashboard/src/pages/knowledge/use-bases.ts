import { type Base, loadBases } from "../../api/knowledge.ts";
import { useOrganization } from "../../organization/organization.tsx";
import { type Query, useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";

/** How often the bases are looked at, in milliseconds: somebody may add to them. */
const REFRESH_MS = 15_000;

/** The bases the user may read. */
export function useBases(): Query<Base[]> {
  const { client } = useProject();
  const { orgId } = useOrganization();
  return useQuery(`bases/${orgId}`, (signal) => loadBases(client, orgId, signal), { refreshMs: REFRESH_MS });
}
