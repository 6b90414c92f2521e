import { useState } from "react";
import { type Budget, deleteRow } from "../../api/limits.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { useProject } from "../../session/project.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ChangeDialog } from "../../ui/change-dialog.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { useNotice } from "../../ui/notice.tsx";
import { RowButton } from "../../ui/row-button.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { BudgetDialog } from "./budget-dialog.tsx";
import { budgetsMessages } from "./budgets-messages.ts";
import type { useBudgets } from "./use-budgets.ts";
import { useScopeName } from "./use-scope-name.ts";

/** What is open above the table. */
type Opened = { kind: "edit"; budget: Budget | null } | { kind: "delete"; budget: Budget } | null;

/** Budgets as they are stored; admins change them. */
export function BudgetTable({ budgets: { stored, status } }: { budgets: ReturnType<typeof useBudgets> }) {
  const t = useText(budgetsMessages);
  const ui = useText(uiMessages);
  const format = useFormat();
  const { client } = useProject();
  const { orgId, can } = useOrganization();
  const say = useNotice();
  const scopeName = useScopeName();
  const [opened, setOpened] = useState<Opened>(null);
  const admin = can("admin");
  const reload = () => {
    say(t("saved"));
    stored.reload();
    status.reload();
  };
  const rowName = ({ scope, scope_key, period }: Budget) => `${scopeName(scope, scope_key)}, ${t(`period_${period}`)}`;
  const actions = (budget: Budget) => (
    <span className="row-actions">
      <RowButton row={rowName(budget)} onClick={() => setOpened({ kind: "edit", budget })}>{ui("edit")}</RowButton>
      <RowButton row={rowName(budget)} onClick={() => setOpened({ kind: "delete", budget })}>{t("delete")}</RowButton>
    </span>
  );
  return (
    <Card
      title={t("budgets")}
      actions={admin && (
        <Button icon="plus" onClick={() => setOpened({ kind: "edit", budget: null })}>{t("newBudget")}</Button>
      )}
    >
      <QueryView
        query={stored}
        isEmpty={(rows) => rows.length === 0}
        empty={<p className="state-text">{t("noBudgets")}</p>}
      >
        {(rows) => (
          <DataTable
            caption={t("budgets")}
            rows={rows}
            rowKey={({ id }) => id}
            columns={[
              { key: "scope", title: t("scope"), cell: ({ scope, scope_key }) => scopeName(scope, scope_key) },
              { key: "period", title: t("period"), cell: ({ period }) => t(`period_${period}`) },
              {
                key: "cap",
                title: t("capWord"),
                figure: true,
                cell: ({ cap }) => cap === null ? t("bySetting") : format.money(cap),
              },
              {
                key: "soft",
                title: t("soft"),
                figure: true,
                minor: true,
                cell: ({ soft_percent }) => soft_percent === null ? t("bySetting") : format.number(soft_percent),
              },
              {
                key: "kind",
                title: t("kind"),
                minor: true,
                cell: ({ hard, active, learned_bounds }) => (
                  <span className="badges">
                    <Badge tone={hard ? "accent" : "neutral"}>{t(hard ? "hardWord" : "softWord")}</Badge>
                    {learned_bounds && <Badge>{t("learnedWord")}</Badge>}
                    {!active && <Badge>{t("inactive")}</Badge>}
                  </span>
                ),
              },
              ...(admin ? [{ key: "actions", title: ui("actions"), figure: true, cell: actions }] : []),
            ]}
          />
        )}
      </QueryView>
      {opened?.kind === "edit" && (
        <BudgetDialog
          budget={opened.budget}
          statuses={status.data ?? []}
          onClose={() => setOpened(null)}
          onSaved={reload}
        />
      )}
      {opened?.kind === "delete" && (
        <ChangeDialog
          title={t("deleteBudget")}
          changes={[{
            name: scopeName(opened.budget.scope, opened.budget.scope_key),
            before: t(`period_${opened.budget.period}`),
            after: "–",
          }]}
          valid
          danger
          warning={t("deleteWarning")}
          confirmWords={t("delete")}
          save={() => deleteRow(client, "ai_budgets", orgId, opened.budget.id)}
          onClose={() => setOpened(null)}
          onSaved={reload}
        />
      )}
    </Card>
  );
}
