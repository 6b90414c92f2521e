import { createContext, type ReactNode, useContext } from "react";
import type { Membership } from "./membership.ts";
import { atLeast, type Role } from "./roles.ts";

const OrganizationContext = createContext<Membership | null>(null);

/** Gives everything below it the organization whose pages these are. */
export function OrganizationProvider({ membership, children }: { membership: Membership; children: ReactNode }) {
  return <OrganizationContext value={membership}>{children}</OrganizationContext>;
}

/** The organization of the page, and what the user is in it. */
export function useOrganization(): Membership & { can: (least: Role) => boolean; path: (page: string) => string } {
  const membership = useContext(OrganizationContext);
  if (membership === null) throw new Error("Cannot name the organization: there is no OrganizationProvider");
  return {
    ...membership,
    can: (least) => atLeast(membership.role, least),
    path: (page) => `/${membership.slug}${page}`,
  };
}
