import { useText } from "../../i18n/language.tsx";
import { RangePicker } from "../../organization/range-picker.tsx";
import { rangeMessages } from "../../organization/range-messages.ts";
import { changeSearch } from "../../routing/location.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { BudgetCard } from "./budget-card.tsx";
import { CostCard } from "./cost-card.tsx";
import { FigureRow } from "./figure-row.tsx";
import { MoneyRow } from "./money-row.tsx";
import { OpenAlerts } from "./open-alerts.tsx";
import { overviewMessages } from "./overview-messages.ts";
import { TrafficCard } from "./traffic-card.tsx";
import { useMonth, useOverview } from "./use-overview.ts";

/** Where the money goes and how the answers are, at a glance and live. */
export default function OverviewPage() {
  const t = useText(overviewMessages);
  const ui = useText(uiMessages);
  const ranges = useText(rangeMessages);
  const overview = useOverview();
  const month = useMonth();
  const reload = () =>
    [overview.now, overview.then, overview.total, overview.models, month.forecast, month.days].forEach((each) =>
      each.reload()
    );
  const empty = overview.now.data?.requests === 0;
  return (
    <>
      <PageHeader title={t("title")} note={<span className="live">{t("live")}</span>}>
        <label className="check">
          <input
            type="checkbox"
            checked={overview.compared}
            onChange={(event) => changeSearch({ compare: event.target.checked ? "1" : null })}
          />
          {ranges("compare")}
        </label>
        <RangePicker />
        <Button icon="refresh" aria-label={ui("refresh")} onClick={reload} busy={overview.now.refreshing} />
      </PageHeader>
      <OpenAlerts />
      <MoneyRow month={month} />
      <FigureRow overview={overview} />
      {empty ? <EmptyState icon="requests" title={t("empty")}>{t("emptyText")}</EmptyState> : (
        <div className="grid-two">
          <CostCard overview={overview} />
          <TrafficCard overview={overview} />
        </div>
      )}
      <BudgetCard month={month} />
    </>
  );
}
