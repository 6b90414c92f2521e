import { type Step, sumCosts } from "../../api/jobs.ts";
import { useText } from "../../i18n/language.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { Badge } from "../../ui/badge.tsx";
import { type Column, DataTable } from "../../ui/data-table.tsx";
import { CostFigure } from "./cost-figure.tsx";
import { jobsMessages } from "./jobs-messages.ts";

/** Tasks of a job with their cost, and all of it below. */
export function StepTable({ steps }: { steps: readonly Step[] }) {
  const t = useText(jobsMessages);
  const format = useFormat();
  const sum = (count: (step: Step) => number) => steps.reduce((all, step) => all + count(step), 0);
  const tokens = ({ input_tokens, output_tokens }: Step) => input_tokens + output_tokens;
  const columns: Column<Step>[] = [
    {
      key: "task",
      title: t("step"),
      cell: ({ task, running, failed }) => (
        <span className="badges">
          {task}
          {running > 0 && <Badge tone="accent">{t("running", { count: running })}</Badge>}
          {failed > 0 && <Badge tone="bad">{t("failed", { count: failed })}</Badge>}
        </span>
      ),
    },
    { key: "models", title: t("models"), minor: true, cell: ({ models }) => models.join(", ") || "–" },
    { key: "requests", title: t("requests"), figure: true, cell: ({ requests }) => format.count(requests) },
    { key: "tokens", title: t("tokens"), figure: true, minor: true, cell: (step) => format.count(tokens(step)) },
    { key: "took", title: t("took"), figure: true, minor: true, cell: (step) => format.duration(lasted(step)) },
    {
      key: "cost",
      title: t("cost"),
      figure: true,
      cell: ({ cost_usd, unpriced }) => <CostFigure usd={cost_usd} unpriced={unpriced} />,
    },
  ];
  return (
    <div className="step-table">
      <DataTable
        caption={t("steps")}
        columns={columns}
        rows={steps}
        rowKey={({ task }) => task}
        footer={
          <tr>
            <th scope="row">{t("total")}</th>
            <td className="minor" />
            <td className="figure">{format.count(sum(({ requests }) => requests))}</td>
            <td className="figure minor">{format.count(sum(tokens))}</td>
            <td className="minor" />
            <td className="figure">
              <TotalCost steps={steps} />
            </td>
          </tr>
        }
      />
    </div>
  );
}

/** What all steps cost together. */
export function TotalCost({ steps }: { steps: readonly Step[] }) {
  const unpriced = steps.reduce((sum, step) => sum + step.unpriced, 0);
  return <CostFigure usd={sumCosts(steps.map(({ cost_usd }) => cost_usd))} unpriced={unpriced} />;
}

function lasted({ started_at, ended_at }: Step): number | null {
  return ended_at === null ? null : Date.parse(ended_at) - Date.parse(started_at);
}
