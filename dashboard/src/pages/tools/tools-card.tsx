import { useState } from "react";
import { loadReaches, type McpServer, type OrganizationTool } from "../../api/tools.ts";
import { useText } from "../../i18n/language.tsx";
import { useDatabaseText } from "../../i18n/use-database-text.ts";
import { useOrganization } from "../../organization/organization.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { type Query, useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";
import { shellMessages } from "../../shell/shell-messages.ts";
import { Badge } from "../../ui/badge.tsx";
import { Card } from "../../ui/card.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { useNotice } from "../../ui/notice.tsx";
import { RowButton } from "../../ui/row-button.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { firstToolMessages } from "./first-tool-messages.ts";
import { ToolDialog } from "./tool-dialog.tsx";
import { toolsMessages } from "./tools-messages.ts";

interface ToolsCardProps {
  tools: Query<OrganizationTool[]>;
  servers: readonly McpServer[];
}

/** Every tool with what admins decided about it. */
export function ToolsCard({ tools, servers }: ToolsCardProps) {
  const t = useText(toolsMessages);
  const ui = useText(uiMessages);
  const shell = useText(shellMessages);
  const words = useDatabaseText(firstToolMessages);
  const format = useFormat();
  const say = useNotice();
  const { client } = useProject();
  const { orgId, can } = useOrganization();
  const reaches = useQuery(can("admin") ? `tool-hosts/${orgId}` : null, () => loadReaches(client, orgId));
  const hostsOf = ({ id }: OrganizationTool) => reaches.data?.get(id)?.hosts.join(", ") ?? "";
  const [edited, setEdited] = useState<OrganizationTool | null>(null);
  const origin = ({ kind, mcp_server_id }: OrganizationTool) =>
    servers.find(({ id }) => id === mcp_server_id)?.title ?? t(`kind_${kind}`);
  return (
    <Card title={t("tools")}>
      <QueryView
        query={tools}
        isEmpty={(rows) => rows.length === 0}
        empty={<p className="state-text">{t("none")}</p>}
      >
        {(rows) => (
          <DataTable
            caption={t("tools")}
            rows={rows}
            rowKey={({ id }) => id}
            columns={[
              {
                key: "name",
                title: t("tool"),
                cell: (tool) => (
                  <>
                    {words(tool.title)} <code>{tool.name}</code>
                    <span className="row-note tool-note">{words(tool.description)}</span>
                    {hostsOf(tool) !== "" && (
                      <span className="row-note tool-note">{t("reaches", { hosts: hostsOf(tool) })}</span>
                    )}
                  </>
                ),
              },
              { key: "kind", title: t("kind"), minor: true, cell: origin },
              {
                key: "state",
                title: t("state"),
                cell: ({ enabled, writes }) => (
                  <span className="badges">
                    <Badge tone={enabled ? "good" : "neutral"}>{t(enabled ? "on" : "off")}</Badge>
                    <Badge tone={writes ? "warning" : "neutral"}>{t(writes ? "writesBadge" : "reads")}</Badge>
                  </span>
                ),
              },
              { key: "approval", title: t("approval"), cell: ({ approval }) => t(`approval_${approval}`) },
              { key: "role", title: t("role"), minor: true, cell: ({ min_role }) => shell(`role_${min_role}`) },
              {
                key: "rate",
                title: t("rate"),
                figure: true,
                minor: true,
                cell: ({ rate_limit }) => format.count(rate_limit),
              },
              ...can("admin")
                ? [{
                  key: "actions",
                  title: ui("actions"),
                  figure: true,
                  cell: (tool: OrganizationTool) => (
                    <RowButton row={tool.name} onClick={() => setEdited(tool)}>{ui("edit")}</RowButton>
                  ),
                }]
                : [],
            ]}
          />
        )}
      </QueryView>
      {edited !== null && (
        <ToolDialog
          tool={edited}
          reach={reaches.data?.get(edited.id)}
          onClose={() => setEdited(null)}
          onSaved={() => {
            say(t("saved"));
            tools.reload();
            reaches.reload();
          }}
        />
      )}
    </Card>
  );
}
