import { Suspense, useState } from "react";
import { useText } from "../i18n/language.tsx";
import type { Membership } from "../organization/membership.ts";
import { useOrganization } from "../organization/organization.tsx";
import { useSettingsInForce } from "../organization/use-organization-settings.ts";
import { Link } from "../routing/link.tsx";
import { matchPath } from "../routing/match-path.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { AccountMenu } from "./account-menu.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";
import { LanguageSwitch } from "./language-switch.tsx";
import { Navigation } from "./navigation.tsx";
import { NotFound } from "./not-found.tsx";
import { OrganizationSwitch } from "./organization-switch.tsx";
import { pages, subpages } from "./pages.ts";
import { shellMessages } from "./shell-messages.ts";
import { ThemeSwitch } from "./theme-switch.tsx";
import { useOnline } from "./use-online.ts";
import { usePreference } from "./use-preference.ts";

/** What stands around every page of an organization. */
export function Shell({ path, memberships }: { path: string; memberships: readonly Membership[] }) {
  const t = useText(shellMessages);
  const online = useOnline();
  const [menuOpen, setMenuOpen] = useState(false);
  useSettingsInForce();
  const { current, view } = useView(path);
  return (
    <div className="shell">
      <a className="skip-link" href="#content">{t("skip")}</a>
      <header className="top-bar">
        <Button
          className="menu-button"
          look="quiet"
          icon="menu"
          aria-label={t("menu")}
          onClick={() => setMenuOpen(true)}
        />
        <Brand />
        <TopActions />
      </header>
      <aside className="sidebar">
        <Brand />
        <OrganizationSwitch memberships={memberships} />
        <Navigation current={current} />
        <TopActions />
      </aside>
      {menuOpen && (
        <Dialog title="Signalbox" onClose={() => setMenuOpen(false)}>
          <OrganizationSwitch memberships={memberships} />
          <Navigation current={current} onFollow={() => setMenuOpen(false)} />
        </Dialog>
      )}
      <main id="content" className="content" tabIndex={-1}>
        {!online && <p className="notice notice-warning" role="alert">{t("offline")}</p>}
        <ErrorBoundary key={path}>
          <Suspense fallback={<Skeleton lines={6} />}>{view}</Suspense>
        </ErrorBoundary>
      </main>
    </div>
  );
}

function Brand() {
  const { path } = useOrganization();
  return (
    <Link className="brand" to={path("")}>
      <img src={`${import.meta.env.BASE_URL}signalbox.svg`} alt="" width="28" height="28" />
      Signalbox
    </Link>
  );
}

function TopActions() {
  const keep = usePreference();
  return (
    <div className="top-actions">
      <LanguageSwitch onChange={(language) => keep("locale", language)} />
      <ThemeSwitch onChange={(theme) => keep("ui.theme", theme)} />
      <AccountMenu />
    </div>
  );
}

/** The page at a path, if the role has something to see there, and the menu entry it belongs to. */
function useView(path: string) {
  const { can } = useOrganization();
  const page = pages.find((each) => each.path === path);
  if (page !== undefined && can(page.role)) return { current: page.path, view: <page.view /> };
  for (const { pattern, parent, role, view: View } of subpages) {
    const id = matchPath(pattern, path)?.["id"];
    if (id !== undefined && can(role)) return { current: parent, view: <View key={id} id={id} /> };
  }
  return { current: "", view: <NotFound /> };
}
