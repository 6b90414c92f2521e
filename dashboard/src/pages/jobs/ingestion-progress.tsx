import { cancelIngestion, type Ingestion, isOver } from "../../api/ingest.ts";
import { sumCosts } from "../../api/jobs.ts";
import { useText } from "../../i18n/language.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { useProject } from "../../session/project.tsx";
import { Button } from "../../ui/button.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { useAction } from "../../ui/use-action.ts";
import { ingestionMessages } from "./ingestion-messages.ts";

interface IngestionProgressProps {
  job: Ingestion;
  onChanged: () => void;
}

/** How far the processing of a document is, what each of its steps has cost so far, and all together. */
export function IngestionProgress({ job, onChanged }: IngestionProgressProps) {
  const t = useText(ingestionMessages);
  const ui = useText(uiMessages);
  const format = useFormat();
  const { client } = useProject();
  const { busy, run } = useAction();
  const steps = job.ingestion_steps;
  const cancel = async () => {
    await run(() => cancelIngestion(client, job.id));
    onChanged();
  };
  return (
    <div className="ingestion">
      {!isOver(job) && (
        <div className="ingestion-line">
          <progress aria-label={t("progressOf", { name: job.name })} value={job.progress} max={1} />
          <span className="figure">{format.share(job.progress)}</span>
          <Button look="quiet" busy={busy} onClick={cancel}>{ui("cancel")}</Button>
        </div>
      )}
      {steps.length > 0 && (
        <table className="ingestion-steps">
          <caption className="visually-hidden">{t("steps")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("step")}</th>
              <th scope="col" className="figure">{t("done")}</th>
              <th scope="col" className="figure minor">{t("tokens")}</th>
              <th scope="col" className="figure">{t("cost")}</th>
            </tr>
          </thead>
          <tbody>
            {steps.map(({ step, done, total, input_tokens, output_tokens, calls, cost_usd }) => (
              <tr key={step}>
                <th scope="row">{t(`step_${step}`)}</th>
                <td className="figure">
                  {total === null ? format.count(done) : `${format.count(done)} / ${format.count(total)}`}
                </td>
                <td className="figure minor">{calls === 0 ? "–" : format.count(input_tokens + output_tokens)}</td>
                <td className="figure">{calls === 0 ? "–" : format.money(cost_usd, "USD")}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{t("total")}</th>
              <td />
              <td className="figure minor">
                {format.count(steps.reduce((sum, step) => sum + step.input_tokens + step.output_tokens, 0))}
              </td>
              <td className="figure ingestion-cost">{format.money(costOf(job), "USD")}</td>
            </tr>
          </tfoot>
        </table>
      )}
      {job.problem !== null && job.state !== "cancelled" && <p className="field-problem" role="alert">{job.problem}</p>}
    </div>
  );
}

/** US dollars of all steps; null when a part of it is not known. */
export function costOf({ ingestion_steps }: Ingestion): number | null {
  const costs = ingestion_steps.map(({ cost_usd }) => cost_usd);
  return costs.includes(null) ? null : sumCosts(costs) ?? 0;
}
