import type { FullRequest } from "../../api/requests.ts";
import { readNumber } from "../../api/read-number.ts";
import { Meter } from "../../charts/meter.tsx";
import { useText } from "../../i18n/language.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { Card } from "../../ui/card.tsx";
import type { Decision } from "./decision.ts";
import { storyMessages } from "./story-messages.ts";
import { useCodeWords } from "./use-code-words.ts";

/** The four factors and what each counts: house rules, the same in every task. */
const FACTORS = [["model_confidence", 0.3], ["completeness", 0.3], ["consistency", 0.25], [
  "validation",
  0.15,
]] as const;

/** How sure the answer is, and what of. */
export function ConfidenceCard({ request, decision }: { request: FullRequest; decision: Decision }) {
  const t = useText(storyMessages);
  const words = useCodeWords();
  const format = useFormat();
  const { confidence_score: score, confidence_breakdown: parts } = request;
  if (score === null) {
    return (
      <Card title={t("confidence")}>
        <p className="state-text">{t("noConfidence")}</p>
      </Card>
    );
  }
  const { failed, missing } = decision.confidence;
  return (
    <Card title={t("confidence")} note={decision.level === null ? undefined : words(decision.level)}>
      <p className="stat-value" data-stat="confidence">{format.number(score)}</p>
      <ul className="factors">
        {FACTORS.map(([factor, weight]) => {
          const value = readNumber(parts?.[factor]);
          return (
            <li key={factor}>
              <div className="call-facts">
                <strong>{t(factor)}</strong> <span>{t("weight", { share: format.share(weight) })}</span>
                <span>{format.number(value)}</span>
              </div>
              <Meter
                label={t(factor)}
                used={value ?? 0}
                tone={value === null || value >= 0.8 ? "good" : value >= 0.5 ? "warning" : "bad"}
              />
            </li>
          );
        })}
      </ul>
      {failed.length > 0 && <p className="field-problem">{t("failedChecks", { list: failed.join(", ") })}</p>}
      {missing.length > 0 && <p className="field-problem">{t("missingParts", { list: missing.join(", ") })}</p>}
    </Card>
  );
}
