import type { Experiment, VariantResult } from "../../api/experiments.ts";
import { Interval } from "../../charts/interval.tsx";
import { useText } from "../../i18n/language.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { Badge, type Tone } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { experimentMessages } from "./experiment-messages.ts";

const TONES: Readonly<Record<Experiment["status"], Tone>> = {
  draft: "neutral",
  running: "accent",
  finished: "good",
  stopped: "warning",
};

interface ExperimentCardProps {
  experiment: Experiment;
  results: readonly VariantResult[];
  /** Null for whoever may not. */
  onSteer: ((kind: "start" | "stop") => void) | null;
}

/** One experiment: what it compares, and how its variants do. */
export function ExperimentCard({ experiment, results, onSteer }: ExperimentCardProps) {
  const t = useText(experimentMessages);
  const format = useFormat();
  const { title, status, prompt_key, prompt_version, metric, min_sample, started_at, winner, stop_reason } = experiment;
  const about = t("about", {
    prompt: prompt_key,
    version: prompt_version,
    metric: t(`metric_${metric}`),
    count: min_sample,
  });
  return (
    <Card
      title={title}
      note={
        <>
          {about}
          {started_at !== null && ` · ${t("since", { moment: format.moment(started_at) })}`}
        </>
      }
      actions={
        <>
          <span className="badges">
            <Badge tone={TONES[status]}>{t(`status_${status}`)}</Badge>
            {experiment.allocation === "thompson" && <Badge>{t("allocation_thompson")}</Badge>}
            {winner !== null && <Badge tone="good">{t("winner", { variant: winner })}</Badge>}
          </span>
          {onSteer && status === "draft" && <Button onClick={() => onSteer("start")}>{t("start")}</Button>}
          {onSteer && status === "running" && <Button look="danger" onClick={() => onSteer("stop")}>{t("stop")}
          </Button>}
        </>
      }
    >
      {stop_reason !== null && <p className="state-text">{stop_reason}</p>}
      {results.length > 0
        ? (
          <>
            <VariantTable results={results} title={title} />
            <p className="field-hint">{t("note")}</p>
          </>
        )
        : status !== "draft" && <p className="state-text">{t("noResults")}</p>}
    </Card>
  );
}

function VariantTable({ results, title }: { results: readonly VariantResult[]; title: string }) {
  const t = useText(experimentMessages);
  const format = useFormat();
  const reach = Math.max(0.05, ...results.flatMap(({ from, to }) => [Math.abs(from ?? 0), Math.abs(to ?? 0)]));
  const signed = (value: number) => `${value > 0 ? "+" : value < 0 ? "−" : ""}${format.share(Math.abs(value))}`;
  const difference = ({ from, to }: VariantResult) => {
    if (from === null || to === null) return "–";
    const words = t("between", { from: signed(from), to: signed(to) });
    return (
      <>
        <Interval label={words} from={from} to={to} reach={reach} />
        <span className="row-note">{words}</span>
      </>
    );
  };
  return (
    <DataTable
      caption={title}
      rows={results}
      rowKey={({ variant }) => variant}
      columns={[
        {
          key: "variant",
          title: t("variant"),
          cell: ({ variant, isControl }) => <>{variant} {isControl && <Badge>{t("control")}</Badge>}</>,
        },
        {
          key: "trials",
          title: t("trials"),
          figure: true,
          cell: ({ subjects, trials, effectiveTrials }) => (
            <>
              {format.count(trials)}
              <span className="row-note">
                {t("ofSubjects", { count: subjects })}
                {effectiveTrials !== null && effectiveTrials < trials &&
                  ` · ${t("countAs", { count: format.number(effectiveTrials, 0) })}`}
              </span>
            </>
          ),
        },
        { key: "rate", title: t("rate"), figure: true, cell: ({ rate }) => format.share(rate) },
        { key: "difference", title: t("difference"), cell: difference },
        { key: "p", title: t("p"), figure: true, cell: ({ sequential }) => format.number(sequential, 3) },
        {
          key: "chi",
          title: t("pFixed"),
          figure: true,
          minor: true,
          cell: ({ chiSquare }) => format.number(chiSquare, 3),
        },
        {
          key: "cost",
          title: t("cost"),
          figure: true,
          minor: true,
          cell: ({ costUsd }) => format.money(costUsd, "USD"),
        },
        {
          key: "latency",
          title: t("latency"),
          figure: true,
          minor: true,
          cell: ({ latency }) => format.duration(latency),
        },
        {
          key: "confidence",
          title: t("confidence"),
          figure: true,
          minor: true,
          cell: ({ confidence }) => format.number(confidence),
        },
        {
          key: "guardrail",
          title: t("guardrail"),
          cell: ({ breach, isControl }) =>
            breach !== null
              ? <Badge tone="bad">{t(`breach_${breach}`)}</Badge>
              : isControl
              ? "–"
              : <Badge tone="good">{t("holds")}</Badge>,
        },
      ]}
    />
  );
}
