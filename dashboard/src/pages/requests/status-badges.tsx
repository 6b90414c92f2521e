import type { RequestRow } from "../../api/requests.ts";
import { useText } from "../../i18n/language.tsx";
import { Badge, type Tone } from "../../ui/badge.tsx";
import { requestsMessages } from "./requests-messages.ts";
import { useCodeWords } from "./use-code-words.ts";

const TONES: Readonly<Record<RequestRow["status"], Tone>> = {
  succeeded: "good",
  failed: "bad",
  cancelled: "neutral",
  refused: "warning",
  swept: "bad",
};

/** How a request ended and what was special about it. */
export function StatusBadges({ request }: { request: RequestRow }) {
  const t = useText(requestsMessages);
  const words = useCodeWords();
  const { status, cached, escalated, fell_back, needs_review, action, error_code } = request;
  return (
    <span className="badges">
      <Badge tone={TONES[status]}>{t(status)}</Badge>
      {error_code !== null && <Badge tone="bad">{words(error_code)}</Badge>}
      {cached && <Badge tone="accent">{t("cached")}</Badge>}
      {fell_back && <Badge tone="warning">{t("fell_back")}</Badge>}
      {escalated && <Badge tone="accent">{t("escalated")}</Badge>}
      {action === "fallback_to_rules" && <Badge tone="warning">{t("rules")}</Badge>}
      {needs_review && <Badge tone="warning">{t("needs_review")}</Badge>}
    </span>
  );
}
