import type { BudgetStatus } from "../../api/budgets.ts";
import { Meter } from "../../charts/meter.tsx";
import { useText } from "../../i18n/language.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import type { Query } from "../../query/use-query.ts";
import { Badge, type Tone } from "../../ui/badge.tsx";
import { Card } from "../../ui/card.tsx";
import { budgetsMessages } from "./budgets-messages.ts";
import { useScopeName } from "./use-scope-name.ts";

const TONES: Readonly<Record<BudgetStatus["state"], Tone & ("good" | "warning" | "bad")>> = {
  ok: "good",
  soft_limit: "warning",
  exhausted: "bad",
};

/** How much of each budget is used and held, those nearest to their cap first. */
export function StatusCard({ status }: { status: Query<BudgetStatus[]> }) {
  const t = useText(budgetsMessages);
  return (
    <Card title={t("status")}>
      <QueryView
        query={status}
        isEmpty={(rows) => rows.length === 0}
        empty={<p className="state-text">{t("noStatus")}</p>}
      >
        {(rows) => (
          <ul className="budget-list">
            {rows.map((row) => <BudgetLine key={`${row.budgetId}/${row.scopeKey}`} status={row} />)}
          </ul>
        )}
      </QueryView>
    </Card>
  );
}

function BudgetLine(
  { status: { scope, scopeKey, period, cap, settled, held, remaining, state } }: { status: BudgetStatus },
) {
  const t = useText(budgetsMessages);
  const format = useFormat();
  const name = useScopeName()(scope, scopeKey);
  const share = (amount: number) => cap === null || cap === 0 ? (settled + held > 0 ? 1 : 0) : amount / cap;
  return (
    <li>
      <div className="budget-head">
        <strong>{name}</strong>
        <span className="muted">{t(`period_${period}` as "period_day")}</span>
        <Badge tone={TONES[state]}>{t(`state_${state}`)}</Badge>
        <span className="budget-figure">
          {t("ofCap", { used: format.money(settled), cap: format.money(cap) })}
          {held > 0 && ` · ${t("held", { money: format.money(held) })}`}
          {remaining !== null && remaining > 0 && ` · ${t("left", { money: format.money(remaining) })}`}
        </span>
      </div>
      <Meter label={`${name}, ${t("used")}`} used={share(settled)} held={share(held)} tone={TONES[state]} />
    </li>
  );
}
