import { loadAuthorizations, loadMcpServers, loadOrganizationTools } from "../../api/tools.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { ConnectionsCard } from "./connections-card.tsx";
import { ServersCard } from "./servers-card.tsx";
import { ToolsCard } from "./tools-card.tsx";
import { toolsMessages } from "./tools-messages.ts";
import "./tools.css";

/** What assistants may do besides talking, the user's own connections, and for admins the servers of others. */
export default function ToolsPage() {
  const t = useText(toolsMessages);
  const { client } = useProject();
  const { orgId, can } = useOrganization();
  const tools = useQuery(`organization-tools/${orgId}`, (signal) => loadOrganizationTools(client, orgId, signal));
  const servers = useQuery(`mcp-servers/${orgId}`, (signal) => loadMcpServers(client, orgId, signal));
  const authorizations = useQuery(
    `mcp-authorizations/${orgId}`,
    (signal) => loadAuthorizations(client, orgId, signal),
  );
  return (
    <>
      <PageHeader title={t("title")} note={t("note")} />
      <ToolsCard tools={tools} servers={servers.data ?? []} />
      <ConnectionsCard servers={servers} authorizations={authorizations} />
      {can("admin") && (
        <ServersCard
          servers={servers}
          authorizations={authorizations.data ?? []}
          onChanged={() => {
            servers.reload();
            tools.reload();
            authorizations.reload();
          }}
        />
      )}
    </>
  );
}
