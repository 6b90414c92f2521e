import type { Judgement } from "../../api/knowledge-search.ts";
import { useText } from "../../i18n/language.tsx";
import { Thumbs } from "../../ui/thumbs.tsx";
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
      <Thumbs
        words={{ up: t("fits", { number }), down: t("fitsNot", { number }) }}
        given={given === null ? null : given === "relevant" ? "up" : "down"}
        onPress={(thumb) => onJudge(thumb === "up" ? "relevant" : "irrelevant")}
      />
    </span>
  );
}
