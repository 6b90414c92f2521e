import { useState } from "react";
import { authorizeMcpServer, type McpAuthorization, type McpServer } from "../../api/tools.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import type { Query } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";
import { useSession } from "../../session/session.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Card } from "../../ui/card.tsx";
import { ChangeDialog } from "../../ui/change-dialog.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { useNotice } from "../../ui/notice.tsx";
import { RowButton } from "../../ui/row-button.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { TokenDialog } from "./token-dialog.tsx";
import { toolsMessages } from "./tools-messages.ts";

interface ConnectionsCardProps {
  servers: Query<McpServer[]>;
  authorizations: Query<McpAuthorization[]>;
}

/** The servers that ask for the user's own token, and whether they have it. */
export function ConnectionsCard({ servers, authorizations }: ConnectionsCardProps) {
  const t = useText(toolsMessages);
  const ui = useText(uiMessages);
  const format = useFormat();
  const { client } = useProject();
  const { user } = useSession();
  const { orgId } = useOrganization();
  const say = useNotice();
  const [opened, setOpened] = useState<{ kind: "token" | "takeBack"; server: McpServer } | null>(null);
  const close = () => setOpened(null);
  const done = () => {
    say(t("saved"));
    authorizations.reload();
  };
  const mine = ({ id }: McpServer) =>
    authorizations.data?.find(({ server_id, holder }) => server_id === id && holder === user.id);
  const own = (rows: readonly McpServer[]) => rows.filter(({ auth, enabled }) => auth === "user" && enabled);
  return (
    <Card title={t("connections")} note={t("connectionsNote")}>
      <QueryView
        query={servers}
        isEmpty={(rows) => own(rows).length === 0}
        empty={<p className="state-text">{t("noConnections")}</p>}
      >
        {(rows) => (
          <DataTable
            caption={t("connections")}
            rows={own(rows)}
            rowKey={({ id }) => id}
            columns={[
              {
                key: "name",
                title: t("server"),
                cell: ({ title, url }) => (
                  <>
                    {title}
                    <span className="row-note tool-note">{url}</span>
                  </>
                ),
              },
              {
                key: "state",
                title: t("state"),
                cell: (server) => {
                  const given = mine(server);
                  if (given === undefined) return <Badge tone="warning">{t("notConnected")}</Badge>;
                  return <Badge tone="good">{t("connected", { age: format.age(given.created_at) })}</Badge>;
                },
              },
              {
                key: "actions",
                title: ui("actions"),
                figure: true,
                cell: (server) => (
                  <span className="row-actions">
                    <RowButton row={server.title} onClick={() => setOpened({ kind: "token", server })}>
                      {t(mine(server) === undefined ? "connect" : "replaceToken")}
                    </RowButton>
                    {mine(server) !== undefined && (
                      <RowButton
                        row={server.title}
                        onClick={() => setOpened({ kind: "takeBack", server })}
                      >
                        {t("takeBack")}
                      </RowButton>
                    )}
                  </span>
                ),
              },
            ]}
          />
        )}
      </QueryView>
      {opened?.kind === "token" && <TokenDialog server={opened.server} onClose={close} onSaved={done} />}
      {opened?.kind === "takeBack" && (
        <ChangeDialog
          title={t("takeBackAsk", { name: opened.server.title })}
          changes={[]}
          valid
          danger
          warning={t("takeBackText")}
          confirmWords={t("takeBack")}
          save={() => authorizeMcpServer(client, orgId, opened.server.id, null)}
          onClose={close}
          onSaved={done}
        />
      )}
    </Card>
  );
}
