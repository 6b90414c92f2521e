import { useState } from "react";
import {
  type Assistant,
  type AssistantConfig,
  type AssistantVersion,
  loadVersions,
  rollBackAssistant,
} from "../../api/assistants.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { usePersonName } from "../../organization/people.ts";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ChangeDialog } from "../../ui/change-dialog.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { changedKeys } from "./assistant-form.ts";
import { assistantsMessages } from "./assistants-messages.ts";
import type { useFieldWords } from "./use-field-words.ts";

interface VersionsCardProps {
  assistant: Assistant;
  words: ReturnType<typeof useFieldWords>;
  onChanged: () => void;
}

/** Every configuration an assistant had: what each changed, what differs from now, and the way back. */
export function VersionsCard({ assistant, words, onChanged }: VersionsCardProps) {
  const t = useText(assistantsMessages);
  const format = useFormat();
  const person = usePersonName();
  const { client } = useProject();
  const { orgId } = useOrganization();
  const versions = useQuery(
    `assistant-versions/${orgId}/${assistant.id}/${assistant.version}`,
    (signal) => loadVersions(client, orgId, assistant.id, signal),
  );
  const [wanted, setWanted] = useState<AssistantVersion | null>(null);
  return (
    <Card title={t("versions")} note={t("versionsNote")}>
      <QueryView query={versions}>
        {(rows) => (
          <DataTable
            caption={t("versions")}
            rows={rows}
            rowKey={({ version }) => String(version)}
            columns={[
              {
                key: "version",
                title: t("versions"),
                cell: ({ version }) => (
                  <span className="badges">
                    {t("version", { version })}
                    {version === assistant.version && <Badge tone="accent">{t("current")}</Badge>}
                  </span>
                ),
              },
              {
                key: "changed",
                title: t("changedFields"),
                cell: ({ version, config }) => {
                  const earlier = rows.find((each) => each.version === version - 1);
                  if (earlier === undefined) return version === 1 ? t("first") : "–";
                  return changedKeys(earlier.config, config).map((key) => words.name(key)).join(", ");
                },
              },
              { key: "when", title: t("when"), minor: true, cell: ({ created_at }) => format.moment(created_at) },
              {
                key: "who",
                title: t("byWhom"),
                minor: true,
                cell: ({ changed_by }) => changed_by === null ? "–" : person(changed_by),
              },
              {
                key: "compare",
                title: "",
                figure: true,
                cell: (row) =>
                  row.version !== assistant.version && (
                    <Button
                      look="quiet"
                      icon="history"
                      aria-label={t("compare", { version: row.version })}
                      title={t("compare", { version: row.version })}
                      onClick={() => setWanted(row)}
                    />
                  ),
              },
            ]}
          />
        )}
      </QueryView>
      {wanted !== null && (
        <ChangeDialog
          title={t("goBackTitle", { version: wanted.version })}
          changes={changedKeys(configOnly(assistant, wanted.config), wanted.config).map((key) => ({
            name: words.name(key),
            before: words.value(key, assistant[key]),
            after: words.value(key, wanted.config[key]),
          }))}
          valid
          warning={t("goBackText")}
          confirmWords={t("goBack")}
          save={() => rollBackAssistant(client, orgId, assistant.id, wanted.version)}
          onClose={() => setWanted(null)}
          onSaved={onChanged}
        />
      )}
    </Card>
  );
}

/** Of an assistant only what another configuration has as well: older ones may lack newer members. */
function configOnly(assistant: Assistant, config: AssistantConfig): AssistantConfig {
  return Object.fromEntries(
    Object.keys(config).map((key) => [key, assistant[key as keyof AssistantConfig]]),
  ) as unknown as AssistantConfig;
}
