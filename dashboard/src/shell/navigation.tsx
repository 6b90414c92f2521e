import { useText } from "../i18n/language.tsx";
import { useOrganization } from "../organization/organization.tsx";
import { Link } from "../routing/link.tsx";
import { Icon } from "../ui/icon.tsx";
import { type Page, pages } from "./pages.ts";
import { shellMessages } from "./shell-messages.ts";

const GROUPS = ["observe", "work", "control", "organizationGroup"] as const;

/** The pages a role has something to see on, in groups. */
export function Navigation({ current, onFollow }: { current: string; onFollow?: () => void }) {
  const t = useText(shellMessages);
  const { can, path } = useOrganization();
  const shown = pages.filter(({ role }) => can(role));
  const entry = (page: Page) => (
    <li key={page.path}>
      <Link
        to={path(page.path === "/" ? "" : page.path)}
        className="nav-link"
        aria-current={page.path === current ? "page" : undefined}
        onClick={onFollow}
      >
        <Icon name={page.icon} />
        {t(page.title)}
      </Link>
    </li>
  );
  return (
    <nav className="navigation" aria-label={t("navigation")}>
      {GROUPS.filter((group) => shown.some((page) => page.group === group)).map((group) => (
        <div key={group} className="nav-group">
          <p className="nav-title" id={`nav-${group}`}>{t(group)}</p>
          <ul aria-labelledby={`nav-${group}`}>
            {shown.filter((page) =>
              page.group === group
            ).map(entry)}
          </ul>
        </div>
      ))}
    </nav>
  );
}
