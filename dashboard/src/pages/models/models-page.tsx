import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { RangePicker } from "../../organization/range-picker.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { BreakerHistory } from "./breaker-history.tsx";
import { HealthCard } from "./health-card.tsx";
import { LatencyCards } from "./latency-cards.tsx";
import { modelsMessages } from "./models-messages.ts";
import { PriceCard } from "./price-card.tsx";
import { ReliabilityCard } from "./reliability-card.tsx";

/** How models and their providers are doing, and what they cost. Guests see only what belongs to nobody. */
export default function ModelsPage() {
  const t = useText(modelsMessages);
  const { can } = useOrganization();
  const member = can("member");
  return (
    <>
      <PageHeader title={t("title")}>{member && <RangePicker />}</PageHeader>
      {member && (
        <>
          <HealthCard />
          <LatencyCards />
          <ReliabilityCard />
        </>
      )}
      <BreakerHistory />
      <PriceCard />
    </>
  );
}
