import type { Judgement } from "../../api/knowledge-search.ts";
import { useText } from "../../i18n/language.tsx";
import { Button } from "../../ui/button.tsx";
import { searchMessages } from "./search-messages.ts";

interface FitButtonsProps {
  /** Of the passage among the results, from 1. */
  number: number;
  given: Judgement | null;
  onJudge: (kind: Judgement) => void;
}

/** Says whether a passage fits the question: search quality is measured by it. */
export function FitButtons({ number, given, onJudge }: FitButtonsProps) {
  const t = useText(searchMessages);
  return (
    <span className="fit">
      <Button
        look="quiet"
        icon="thumbUp"
        aria-label={t("fits", { number })}
        title={t("fits", { number })}
        aria-pressed={given === "relevant"}
        onClick={() => onJudge("relevant")}
      />
      <Button
        look="quiet"
        icon="thumbDown"
        aria-label={t("fitsNot", { number })}
        title={t("fitsNot", { number })}
        aria-pressed={given === "irrelevant"}
        onClick={() => onJudge("irrelevant")}
      />
    </span>
  );
}
