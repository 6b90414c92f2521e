import { useEffect } from "react";
import { LanguageProvider } from "./i18n/language.tsx";
import { loadMemberships } from "./organization/membership.ts";
import { OrganizationProvider } from "./organization/organization.tsx";
import { QueryView } from "./query/query-view.tsx";
import { useQuery } from "./query/use-query.ts";
import { navigate, usePlace } from "./routing/location.ts";
import { useProject } from "./session/project.tsx";
import { SessionGate, useSession } from "./session/session.tsx";
import { SignInPage } from "./session/sign-in-page.tsx";
import { NoOrganization } from "./shell/no-organization.tsx";
import { NotFound } from "./shell/not-found.tsx";
import { pages } from "./shell/pages.ts";
import { Shell } from "./shell/shell.tsx";
import { NoticeProvider } from "./ui/notice.tsx";
import { atLeast } from "./organization/roles.ts";
import type { Membership } from "./organization/membership.ts";

/** The whole app, once it knows its project. */
export function App() {
  return (
    <LanguageProvider>
      <NoticeProvider>
        <SessionGate signIn={<SignInPage />}>
          <Organizations />
        </SessionGate>
      </NoticeProvider>
    </LanguageProvider>
  );
}

/** Finds the organization that the address names, or the first one of the user. */
function Organizations() {
  const { client } = useProject();
  const { user } = useSession();
  const memberships = useQuery(`memberships/${user.id}`, () => loadMemberships(client, user.id));
  return (
    <QueryView
      query={memberships}
      isEmpty={(found) => found.length === 0}
      empty={<NoOrganization onFounded={memberships.reload} />}
    >
      {(found) => <Addressed memberships={found} />}
    </QueryView>
  );
}

function Addressed({ memberships }: { memberships: Membership[] }) {
  const { path, search } = usePlace();
  const [slug = "", ...rest] = path.slice(1).split("/");
  const membership = memberships.find((each) => each.slug === slug);
  const below = `/${rest.join("/")}`;
  const start = membership && pages.find((page) => atLeast(membership.role, page.role))?.path;
  // The start of a role that has no overview is the first page it has.
  const redirect = path === "/"
    ? `/${memberships[0]?.slug}`
    : below === "/" && start && start !== "/"
    ? `/${slug}${start}`
    : null;
  useEffect(() => {
    if (redirect !== null) navigate(`${redirect}${search.size > 0 ? `?${search}` : ""}`, { replace: true });
  }, [redirect, search]);
  if (redirect !== null) return null;
  if (membership === undefined) {
    return (
      <main className="content content-narrow">
        <NotFound />
      </main>
    );
  }
  return (
    <OrganizationProvider membership={membership}>
      <Shell key={membership.orgId} path={below} memberships={memberships} />
    </OrganizationProvider>
  );
}
