import { loadSteps, type Step, type Work } from "../../api/jobs.ts";
import { useOrganization } from "../../organization/organization.tsx";
import { type Query, useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";

/** How often steps under way are asked for, in milliseconds. */
const LIVE_MS = 1500;

/** The steps of a job or a subject; live while it is worked on. Null asks for nothing. */
export function useSteps(work: Work | null, live: boolean): Query<Step[]> {
  const { client } = useProject();
  const { orgId } = useOrganization();
  return useQuery<Step[]>(
    work === null ? null : `steps/${orgId}/${JSON.stringify(work)}`,
    (signal) => work === null ? Promise.resolve([]) : loadSteps(client, orgId, work, signal),
    live ? { refreshMs: LIVE_MS } : {},
  );
}
