import { useState } from "react";
import { deleteRow, type Limit, loadLimits } from "../../api/limits.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ChangeDialog } from "../../ui/change-dialog.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { useNotice } from "../../ui/notice.tsx";
import { RowButton } from "../../ui/row-button.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { budgetsMessages } from "./budgets-messages.ts";
import { LimitDialog } from "./limit-dialog.tsx";
import { useScopeName } from "./use-scope-name.ts";

/** What is open above the table. */
type Opened = { kind: "edit"; limit: Limit | null } | { kind: "delete"; limit: Limit } | null;

/** Rate limits as they are stored; admins change them. */
export function LimitTable() {
  const t = useText(budgetsMessages);
  const ui = useText(uiMessages);
  const format = useFormat();
  const { client } = useProject();
  const { orgId, can } = useOrganization();
  const say = useNotice();
  const scopeName = useScopeName();
  const limits = useQuery(`limits/${orgId}`, (signal) => loadLimits(client, orgId, signal));
  const [opened, setOpened] = useState<Opened>(null);
  const admin = can("admin");
  const reload = () => {
    say(t("saved"));
    limits.reload();
  };
  const figure = (value: number | null) => value === null ? "–" : format.number(value);
  return (
    <Card
      title={t("limits")}
      actions={admin && (
        <Button icon="plus" onClick={() => setOpened({ kind: "edit", limit: null })}>{t("newLimit")}</Button>
      )}
    >
      <QueryView
        query={limits}
        isEmpty={(rows) => rows.length === 0}
        empty={<p className="state-text">{t("noLimits")}</p>}
      >
        {(rows) => (
          <DataTable
            caption={t("limits")}
            rows={rows}
            rowKey={({ id }) => id}
            columns={[
              {
                key: "scope",
                title: t("scope"),
                cell: ({ scope, scope_key, active }) => (
                  <>{scopeName(scope, scope_key)} {!active && <Badge>{t("inactive")}</Badge>}</>
                ),
              },
              { key: "rpm", title: t("rpm"), figure: true, cell: (limit) => figure(limit.requests_per_minute) },
              { key: "tpm", title: t("tpm"), figure: true, cell: (limit) => figure(limit.tokens_per_minute) },
              {
                key: "concurrent",
                title: t("concurrent"),
                figure: true,
                cell: (limit) => figure(limit.concurrent_requests),
              },
              ...(admin
                ? [{
                  key: "actions",
                  title: ui("actions"),
                  figure: true,
                  cell: (limit: Limit) => (
                    <span className="row-actions">
                      <RowButton
                        row={scopeName(limit.scope, limit.scope_key)}
                        onClick={() => setOpened({ kind: "edit", limit })}
                      >
                        {ui("edit")}
                      </RowButton>
                      <RowButton
                        row={scopeName(limit.scope, limit.scope_key)}
                        onClick={() => setOpened({ kind: "delete", limit })}
                      >
                        {t("delete")}
                      </RowButton>
                    </span>
                  ),
                }]
                : []),
            ]}
          />
        )}
      </QueryView>
      {opened?.kind === "edit" && <LimitDialog limit={opened.limit} onClose={() => setOpened(null)} onSaved={reload} />}
      {opened?.kind === "delete" && (
        <ChangeDialog
          title={t("deleteLimit")}
          changes={[{ name: scopeName(opened.limit.scope, opened.limit.scope_key), before: t("active"), after: "–" }]}
          valid
          danger
          warning={t("deleteWarning")}
          confirmWords={t("delete")}
          save={() => deleteRow(client, "ai_limits", orgId, opened.limit.id)}
          onClose={() => setOpened(null)}
          onSaved={reload}
        />
      )}
    </Card>
  );
}
