import { useText } from "../../i18n/language.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { jobsMessages } from "./jobs-messages.ts";

/** A cost in US dollars, said to be a lower bound where a part of it is not known. */
export function CostFigure({ usd, unpriced }: { usd: number | null; unpriced: number }) {
  const t = useText(jobsMessages);
  const { money } = useFormat();
  if (unpriced === 0 || usd === null) return <>{money(usd, "USD")}</>;
  return <span title={t("unpriced", { count: unpriced })}>{t("atLeast", { money: money(usd, "USD") })}</span>;
}
