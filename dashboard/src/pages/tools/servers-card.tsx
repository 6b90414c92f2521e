import { useState } from "react";
import {
  discoverMcpTools,
  type Discovery,
  type McpAuthorization,
  type McpServer,
  removeMcpServer,
} from "../../api/tools.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import type { Query } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";
import { shellMessages } from "../../shell/shell-messages.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ChangeDialog } from "../../ui/change-dialog.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { useNotice } from "../../ui/notice.tsx";
import { RowButton } from "../../ui/row-button.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { useAction } from "../../ui/use-action.ts";
import { DiscoveryDialog } from "./discovery-dialog.tsx";
import { ServerDialog } from "./server-dialog.tsx";
import { TokenDialog } from "./token-dialog.tsx";
import { toolsMessages } from "./tools-messages.ts";

/** What is open above the list. */
type Opened =
  | { kind: "new" }
  | { kind: "edit" | "token" | "remove"; server: McpServer }
  | { kind: "found"; server: McpServer; discovery: Discovery }
  | null;

interface ServersCardProps {
  servers: Query<McpServer[]>;
  authorizations: readonly McpAuthorization[];
  onChanged: () => void;
}

/** The organization's MCP servers: registered, looked at, given a token, removed. */
export function ServersCard({ servers, authorizations, onChanged }: ServersCardProps) {
  const t = useText(toolsMessages);
  const { client } = useProject();
  const { orgId } = useOrganization();
  const say = useNotice();
  const { busy, error, run } = useAction();
  const [opened, setOpened] = useState<Opened>(null);
  const close = () => setOpened(null);
  const done = (words: "saved" | "removed") => () => {
    say(t(words));
    onChanged();
  };
  const discover = (server: McpServer) =>
    run(async () => {
      const discovery = await discoverMcpTools(client, orgId, server.id);
      onChanged();
      setOpened({ kind: "found", server, discovery });
    });
  return (
    <Card
      title={t("servers")}
      note={t("serversNote")}
      actions={<Button icon="plus" onClick={() => setOpened({ kind: "new" })}>{t("register")}</Button>}
    >
      {error !== null && <ErrorState error={error} />}
      <QueryView
        query={servers}
        isEmpty={(rows) => rows.length === 0}
        empty={<p className="state-text">{t("noServers")}</p>}
      >
        {(rows) => (
          <ServerTable
            rows={rows}
            authorizations={authorizations}
            busy={busy}
            onDiscover={discover}
            onOpen={setOpened}
          />
        )}
      </QueryView>
      {opened?.kind === "new" && <ServerDialog server={null} onClose={close} onSaved={done("saved")} />}
      {opened?.kind === "edit" && <ServerDialog server={opened.server} onClose={close} onSaved={done("saved")} />}
      {opened?.kind === "token" && <TokenDialog server={opened.server} onClose={close} onSaved={done("saved")} />}
      {opened?.kind === "found" && <DiscoveryDialog {...opened} onClose={close} />}
      {opened?.kind === "remove" && (
        <ChangeDialog
          title={t("removeAsk", { name: opened.server.title })}
          changes={[]}
          valid
          danger
          warning={t("removeText")}
          confirmWords={t("remove")}
          save={() => removeMcpServer(client, orgId, opened.server.id)}
          onClose={close}
          onSaved={done("removed")}
        />
      )}
    </Card>
  );
}

interface ServerTableProps {
  rows: readonly McpServer[];
  authorizations: readonly McpAuthorization[];
  busy: boolean;
  onDiscover: (server: McpServer) => void;
  onOpen: (opened: Opened) => void;
}

function ServerTable({ rows, authorizations, busy, onDiscover, onOpen }: ServerTableProps) {
  const t = useText(toolsMessages);
  const ui = useText(uiMessages);
  const shell = useText(shellMessages);
  const format = useFormat();
  const { orgId } = useOrganization();
  return (
    <DataTable
      caption={t("servers")}
      rows={rows}
      rowKey={({ id }) => id}
      columns={[
        {
          key: "name",
          title: t("server"),
          cell: ({ name, title, url }) => (
            <>
              {title} <code>{name}</code>
              <span className="row-note tool-note">{url}</span>
            </>
          ),
        },
        {
          key: "state",
          title: t("state"),
          cell: ({ enabled }) => <Badge tone={enabled ? "good" : "neutral"}>{t(enabled ? "on" : "off")}</Badge>,
        },
        {
          key: "auth",
          title: t("auth"),
          cell: ({ id, auth }) => (
            <>
              {t(`auth_${auth}`)}
              {auth === "shared" && (
                <span className="row-note">
                  {t(
                    authorizations.some((each) => each.server_id === id && each.holder === orgId)
                      ? "tokenSet"
                      : "tokenMissing",
                  )}
                </span>
              )}
            </>
          ),
        },
        { key: "role", title: t("role"), minor: true, cell: ({ min_role }) => shell(`role_${min_role}`) },
        {
          key: "looked",
          title: t("looked"),
          cell: ({ discovered_at }) => discovered_at === null ? t("never") : format.moment(discovered_at),
        },
        {
          key: "actions",
          title: ui("actions"),
          figure: true,
          cell: (server) => (
            <span className="row-actions">
              {server.enabled && (
                <RowButton row={server.title} busy={busy} onClick={() => onDiscover(server)}>{t("discover")}</RowButton>
              )}
              {server.enabled && server.auth === "shared" && (
                <RowButton
                  row={server.title}
                  onClick={() => onOpen({ kind: "token", server })}
                >
                  {t("setToken")}
                </RowButton>
              )}
              <RowButton row={server.title} onClick={() => onOpen({ kind: "edit", server })}>{ui("edit")}</RowButton>
              <RowButton row={server.title} onClick={() => onOpen({ kind: "remove", server })}>{t("remove")}</RowButton>
            </span>
          ),
        },
      ]}
    />
  );
}
