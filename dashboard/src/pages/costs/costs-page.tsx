import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { rangeMessages } from "../../organization/range-messages.ts";
import { RangePicker } from "../../organization/range-picker.tsx";
import { changeSearch } from "../../routing/location.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Segments } from "../../ui/segments.tsx";
import { AcquisitionCard } from "./acquisition-card.tsx";
import { CostTable } from "./cost-table.tsx";
import { costsMessages } from "./costs-messages.ts";
import { OverTimeCard } from "./over-time-card.tsx";
import { SharesCard } from "./shares-card.tsx";
import { SimulationCard } from "./simulation-card.tsx";
import { MEASURES, useCosts, useCostsBefore, useCostView, useSplits } from "./use-costs.ts";

/** Where the money went: over time, in shares and in detail. */
export default function CostsPage() {
  const t = useText(costsMessages);
  const { can } = useOrganization();
  const { by, measure } = useCostView();
  const costs = useCosts();
  const { compared } = useCostsBefore();
  const ranges = useText(rangeMessages);
  const nothing = costs.parts.data?.length === 0;
  return (
    <>
      <PageHeader title={t("title")}>
        <label className="check">
          <input
            type="checkbox"
            checked={compared}
            onChange={(event) => changeSearch({ compare: event.target.checked ? "1" : null })}
          />
          {ranges("compare")}
        </label>
        <RangePicker />
      </PageHeader>
      <div className="filters">
        <Segments
          label={t("splitBy")}
          value={by}
          options={useSplits().map((split) => [split, t(split)] as const)}
          onChange={(split) => changeSearch({ by: split === "model" ? null : split })}
        />
        <Segments
          label={t("measure")}
          value={measure}
          options={MEASURES.map((each) => [each, t(each)] as const)}
          onChange={(each) => changeSearch({ measure: each === "cost" ? null : each })}
        />
      </div>
      {nothing ? <EmptyState icon="costs" title={t("empty")}>{t("emptyText", { split: t(by) })}</EmptyState> : (
        <>
          <div className="grid-wide">
            <OverTimeCard days={costs.days} />
            <SharesCard parts={costs.parts} />
          </div>
          <CostTable parts={costs.parts} />
        </>
      )}
      {can("manager") && (
        <>
          <AcquisitionCard />
          <SimulationCard />
        </>
      )}
    </>
  );
}
