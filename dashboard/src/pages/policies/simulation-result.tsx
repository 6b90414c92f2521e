import type { Simulation } from "../../api/simulation.ts";
import { useText } from "../../i18n/language.tsx";
import { useDatabaseText } from "../../i18n/use-database-text.ts";
import { useFormat } from "../../organization/use-format.ts";
import { DataTable } from "../../ui/data-table.tsx";
import { Stat } from "../../ui/stat.tsx";
import { assumptionMessages } from "./assumption-messages.ts";
import { simulationMessages } from "./simulation-messages.ts";

const TIERS = ["small", "large", "frontier"] as const;

/** What a simulation says, with its bounds and what they rest on. */
export function SimulationResult({ simulation }: { simulation: Simulation }) {
  const t = useText(simulationMessages);
  const say = useDatabaseText(assumptionMessages);
  const format = useFormat();
  const { actual, simulated, ratio, requests, coverage, guessed, assumptions } = simulation;
  if (requests === 0) return <p className="state-text">{t("nothing")}</p>;
  const usd = (amount: number) => format.money(amount, "USD");
  const change = ratio === null ? null : ratio - 1;
  return (
    <>
      <dl className="stats">
        <Stat name="simulation-actual" label={t("actual")} value={usd(actual.costUsd)} />
        <Stat
          name="simulation-would"
          label={t("would")}
          value={usd(simulated.costUsd)}
          note={t("between", { low: usd(simulated.low), high: usd(simulated.high) })}
        />
        <Stat
          name="simulation-change"
          label={t("change")}
          value={change === null ? "–" : (
            <span className={change > 0 ? "change-bad" : "change-good"}>
              {change > 0 ? "+" : "−"}
              {format.share(Math.abs(change))}
            </span>
          )}
        />
        <Stat
          name="simulation-escalated"
          label={t("escalated")}
          value={t("wouldEscalate", {
            before: format.count(actual.escalated),
            after: format.count(Math.round(simulated.escalated)),
          })}
        />
      </dl>
      <DataTable
        caption={t("tiers")}
        rows={TIERS}
        rowKey={(tier) => tier}
        columns={[
          { key: "tier", title: t("tier"), cell: (tier) => tier },
          { key: "now", title: t("now"), figure: true, cell: (tier) => format.count(actual.startTiers[tier]) },
          { key: "then", title: t("then"), figure: true, cell: (tier) => format.count(simulated.startTiers[tier]) },
        ]}
      />
      <p className="field-hint">
        {t("covered", { count: requests, share: format.share(coverage) })}
        {guessed > 0 && ` · ${t("guessed", { count: guessed })}`}
      </p>
      <details>
        <summary>{t("assumptions")}</summary>
        <ul className="steps">{assumptions.map((each) => <li key={each}>{say(each)}</li>)}</ul>
      </details>
    </>
  );
}
