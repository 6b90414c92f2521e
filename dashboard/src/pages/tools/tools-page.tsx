import { loadMcpServers, loadOrganizationTools } from "../../api/tools.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { ServersCard } from "./servers-card.tsx";
import { ToolsCard } from "./tools-card.tsx";
import { toolsMessages } from "./tools-messages.ts";
import "./tools.css";

/** What assistants may do besides talking, and the servers of others they may do it on. */
export default function ToolsPage() {
  const t = useText(toolsMessages);
  const { client } = useProject();
  const { orgId } = useOrganization();
  const tools = useQuery(`organization-tools/${orgId}`, (signal) => loadOrganizationTools(client, orgId, signal));
  const servers = useQuery(`mcp-servers/${orgId}`, (signal) => loadMcpServers(client, orgId, signal));
  return (
    <>
      <PageHeader title={t("title")} note={t("note")} />
      <ToolsCard tools={tools} servers={servers.data ?? []} />
      <ServersCard
        servers={servers}
        onChanged={() => {
          servers.reload();
          tools.reload();
        }}
      />
    </>
  );
}
