import { useText } from "../../i18n/language.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { BudgetTable } from "./budget-table.tsx";
import { budgetsMessages } from "./budgets-messages.ts";
import { LimitTable } from "./limit-table.tsx";
import { StatusCard } from "./status-card.tsx";
import { useBudgets } from "./use-budgets.ts";

/** What may be spent and how fast, and how much of it is gone. */
export default function BudgetsPage() {
  const t = useText(budgetsMessages);
  const budgets = useBudgets();
  return (
    <>
      <PageHeader title={t("title")} note={t("note")} />
      <StatusCard status={budgets.status} />
      <BudgetTable budgets={budgets} />
      <LimitTable />
    </>
  );
}
