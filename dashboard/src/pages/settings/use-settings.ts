import { loadDefinitions, loadStoredSettings, type SettingDefinition, type StoredSetting } from "../../api/settings.ts";
import { useOrganization } from "../../organization/organization.tsx";
import { type EffectiveSetting, useEffectiveSettings } from "../../organization/use-organization-settings.ts";
import { useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";
import { useSession } from "../../session/session.tsx";

/** A setting as the page shows it. */
export interface Setting {
  definition: SettingDefinition;
  effective: EffectiveSetting;
  /** What is stored for the organization, and for the user; null where nothing is. */
  ofOrganization: StoredSetting | null;
  ofUser: StoredSetting | null;
}

/** Every setting that the user may see, with its value in force and what is stored where. */
export function useSettings() {
  const { client } = useProject();
  const { orgId } = useOrganization();
  const { user } = useSession();
  const effective = useEffectiveSettings();
  const definitions = useQuery("setting-definitions", (signal) => loadDefinitions(client, signal));
  const stored = useQuery(
    `stored-settings/${orgId}/${user.id}`,
    (signal) => loadStoredSettings(client, { orgId, userId: user.id }, signal),
  );
  const ready = effective.data && definitions.data && stored.data;
  const settings = ready && join(effective.data ?? [], definitions.data ?? [], stored.data ?? []);
  return {
    data: settings,
    error: effective.error ?? definitions.error ?? stored.error,
    loading: !ready,
    refreshing: effective.refreshing,
    reload: () => {
      effective.reload();
      stored.reload();
      if (definitions.error !== null) definitions.reload();
    },
  };
}

function join(effective: EffectiveSetting[], definitions: SettingDefinition[], stored: StoredSetting[]): Setting[] {
  const inForce = new Map(effective.map((each) => [each.key, each]));
  const find = (key: string, own: boolean) =>
    stored.find((each) => each.key === key && (each.user_id !== null) === own) ?? null;
  return definitions.flatMap((definition) => {
    const found = inForce.get(definition.key);
    // What is not public is not among the effective ones.
    if (found === undefined) return [];
    return [{
      definition,
      effective: found,
      ofOrganization: find(definition.key, false),
      ofUser: find(definition.key, true),
    }];
  });
}
