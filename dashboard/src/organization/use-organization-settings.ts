import { useEffect } from "react";
import { unwrap } from "../api/api-error.ts";
import { useLanguage } from "../i18n/language.tsx";
import { preferredLanguage } from "../i18n/messages.ts";
import { useQuery } from "../query/use-query.ts";
import { useProject } from "../session/project.tsx";
import { applyTheme, type Theme, themeIsChosen } from "../shell/theme.ts";
import { useOrganization } from "./organization.tsx";

/** A setting as it counts for the signed-in user. */
export interface EffectiveSetting {
  key: string;
  value: unknown;
  /** The narrowest scope that had a say. */
  source: "default" | "global" | "plan" | "organization" | "user";
  /** Of that scope's row; null for a default and for a plan. */
  version: number | null;
}

/** The settings in force for the user in the organization. */
export function useEffectiveSettings() {
  const { client } = useProject();
  const { orgId } = useOrganization();
  return useQuery(
    `settings/${orgId}`,
    (signal) => unwrap<EffectiveSetting[]>(client.rpc("effective_settings", { p_org_id: orgId }).abortSignal(signal)),
  );
}

/** Takes language and theme from the settings where somebody set them and this browser has no choice of its own. */
export function useSettingsInForce(): void {
  const { data } = useEffectiveSettings();
  const { suggest } = useLanguage();
  useEffect(() => {
    const set = (key: string) => data?.find((each) => each.key === key && each.source !== "default")?.value;
    const locale = set("locale");
    if (typeof locale === "string") suggest(preferredLanguage([locale]));
    const theme = set("ui.theme");
    if (!themeIsChosen() && (theme === "light" || theme === "dark" || theme === "system")) {
      applyTheme(theme satisfies Theme, { remember: false });
    }
  }, [data]);
}
