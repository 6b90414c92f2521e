import { useState } from "react";
import { useText } from "../../i18n/language.tsx";
import { useDatabaseText } from "../../i18n/use-database-text.ts";
import { useOrganization } from "../../organization/organization.tsx";
import { QueryView } from "../../query/query-view.tsx";
import { changeSearch, usePlace } from "../../routing/location.ts";
import { Badge } from "../../ui/badge.tsx";
import { Card } from "../../ui/card.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { CheckField, SelectField, TextField } from "../../ui/field.tsx";
import { useNotice } from "../../ui/notice.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { RowButton } from "../../ui/row-button.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { settingDescriptions } from "./setting-descriptions.ts";
import { SettingDialog } from "./setting-dialog.tsx";
import { writeValue } from "./setting-value.ts";
import { settingsMessages } from "./settings-messages.ts";
import { type Setting, useSettings } from "./use-settings.ts";

/** Every setting with its value in force and where that comes from. */
export default function SettingsPage() {
  const t = useText(settingsMessages);
  const { search } = usePlace();
  const settings = useSettings();
  const describe = useDatabaseText(settingDescriptions);
  const say = useNotice();
  const [edited, setEdited] = useState<Setting | null>(null);
  const writable = useWritableScopes();
  const wanted = (search.get("search") ?? "").toLowerCase();
  const area = search.get("area");
  const changedOnly = search.get("changed") === "1";
  const fits = ({ definition, effective }: Setting) =>
    `${definition.key} ${describe(definition.description)}`.toLowerCase().includes(wanted) &&
    (area === null || (areaOf(definition.key) || GENERAL) === area) && (!changedOnly || effective.source !== "default");
  return (
    <>
      <PageHeader title={t("title")} note={t("note")} />
      <div className="filters">
        <div className="field-grow">
          <TextField
            label={t("search")}
            type="search"
            value={search.get("search") ?? ""}
            onChange={(event) => changeSearch({ search: event.target.value })}
          />
        </div>
        <SelectField
          label={t("area")}
          value={area ?? ""}
          onChange={(event) => changeSearch({ area: event.target.value || null })}
        >
          <option value="">{t("allAreas")}</option>
          {groupsOf(settings.data ?? []).map(([group]) => (
            <option key={group} value={group || GENERAL}>{group || t("general")}</option>
          ))}
        </SelectField>
        <CheckField
          label={t("changedOnly")}
          checked={changedOnly}
          onChange={(event) => changeSearch({ changed: event.target.checked ? "1" : null })}
        />
      </div>
      <QueryView
        query={settings}
        placeholder={<Skeleton lines={12} />}
        isEmpty={(all) => !all.some(fits)}
        empty={<EmptyState icon="settings" title={t("nothing")} />}
      >
        {(all) =>
          groupsOf(all.filter(fits)).map(([group, members]) => (
            <Card key={group} title={group === "" ? t("general") : group}>
              <SettingTable settings={members} writable={writable} onEdit={setEdited} />
            </Card>
          ))}
      </QueryView>
      {edited !== null && (
        <SettingDialog
          setting={edited}
          scopes={writable(edited)}
          onClose={() => setEdited(null)}
          onSaved={() => {
            say(t("saved"));
            settings.reload();
          }}
        />
      )}
    </>
  );
}

interface SettingTableProps {
  settings: readonly Setting[];
  writable: (setting: Setting) => readonly string[];
  onEdit: (setting: Setting) => void;
}

function SettingTable({ settings, writable, onEdit }: SettingTableProps) {
  const t = useText(settingsMessages);
  const ui = useText(uiMessages);
  const describe = useDatabaseText(settingDescriptions);
  return (
    <DataTable
      caption={t("title")}
      rows={settings}
      rowKey={({ definition }) => definition.key}
      columns={[
        {
          key: "key",
          title: t("setting"),
          cell: ({ definition }) => (
            <>
              <code>{definition.key}</code>
              <span className="row-note">{describe(definition.description)}</span>
            </>
          ),
        },
        {
          key: "value",
          title: t("value"),
          cell: ({ effective }) => <code className="setting-value">{writeValue(effective.value)}</code>,
        },
        {
          key: "source",
          title: t("source"),
          cell: ({ effective: { source } }) => (
            <Badge tone={source === "default" ? "neutral" : "accent"}>{t(`source_${source}`)}</Badge>
          ),
        },
        {
          key: "edit",
          title: ui("actions"),
          figure: true,
          cell: (setting) =>
            writable(setting).length > 0 && (
              <RowButton row={setting.definition.key} onClick={() => onEdit(setting)}>{ui("edit")}</RowButton>
            ),
        },
      ]}
    />
  );
}

/** Where this user may write a setting; the database has the last word. */
function useWritableScopes(): (setting: Setting) => ("organization" | "user")[] {
  const { can } = useOrganization();
  return ({ definition: { scopes, admin_writable } }) => [
    ...(can("admin") && admin_writable && scopes.includes("organization") ? ["organization" as const] : []),
    ...(scopes.includes("user") ? ["user" as const] : []),
  ];
}

/** Settings by the first part of their key; those without a dot come first, under no name. */
function groupsOf(settings: readonly Setting[]): [string, Setting[]][] {
  const groups = Map.groupBy(settings, ({ definition: { key } }) => areaOf(key));
  return [...groups].sort(([one], [other]) => one.localeCompare(other));
}

/** In an address, the area of settings whose keys have only one part. */
const GENERAL = "-";

/** The first part of a setting's key; empty for one without parts. */
function areaOf(key: string): string {
  return key.includes(".") ? key.split(".")[0] ?? "" : "";
}
