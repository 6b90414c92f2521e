import { useText } from "../i18n/language.tsx";
import type { Membership } from "../organization/membership.ts";
import { useOrganization } from "../organization/organization.tsx";
import { navigate } from "../routing/location.ts";
import { shellMessages } from "./shell-messages.ts";

/** Changes to another organization of the user; with one there is only its name. */
export function OrganizationSwitch({ memberships }: { memberships: readonly Membership[] }) {
  const t = useText(shellMessages);
  const { slug, name, role } = useOrganization();
  return (
    <div className="organization">
      {memberships.length > 1
        ? (
          <select aria-label={t("organization")} value={slug} onChange={(event) => navigate(`/${event.target.value}`)}>
            {memberships.map((each) => <option key={each.slug} value={each.slug}>{each.name}</option>)}
          </select>
        )
        : <p className="organization-name">{name}</p>}
      <p className="organization-role">{t(`role_${role}`)}</p>
    </div>
  );
}
