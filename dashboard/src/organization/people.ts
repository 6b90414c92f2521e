import { unwrap } from "../api/api-error.ts";
import { useQuery } from "../query/use-query.ts";
import { useProject } from "../session/project.tsx";
import { useOrganization } from "./organization.tsx";
import type { Role } from "./roles.ts";

/** A member as those see him who manage the organization. */
export interface Person {
  user_id: string;
  role: Role;
  joined_at: string;
  email: string | null;
  last_sign_in_at: string | null;
}

/** Members of the organization by e-mail: everyone for owner, admin and manager, oneself for others. */
export function usePeople() {
  const { client } = useProject();
  const { orgId } = useOrganization();
  return useQuery(`people/${orgId}`, async (signal) => {
    const people: Person[] = [];
    // By key, because a Data API answers a thousand rows at most.
    for (;;) {
      const last = people.at(-1);
      const question = client.rpc("organization_people", { p_org_id: orgId }).order("user_id").limit(PAGE);
      const page = await unwrap<Person[]>(
        (last === undefined ? question : question.gt("user_id", last.user_id)).abortSignal(signal),
      );
      people.push(...page);
      if (page.length < PAGE) return people.sort((one, other) => (one.email ?? "").localeCompare(other.email ?? ""));
    }
  });
}

const PAGE = 1000;

/** What a user is called: the e-mail where it may be known, else the beginning of the id. */
export function usePersonName(): (userId: string) => string {
  const { data } = usePeople();
  return (userId) => data?.find(({ user_id }) => user_id === userId)?.email ?? userId.slice(0, 8);
}
