import { useText } from "../../i18n/language.tsx";
import { storyMessages } from "./story-messages.ts";

/** A rule's code from the log (`upgrade:complexity_0.71`) as a sentence; an unknown one as it is. */
export function useTierReason(): (code: string) => string {
  const t = useText(storyMessages);
  return (code) => {
    const [, kind = "", detail = ""] = /^(\w+):(.*)$/.exec(code) ?? [];
    if (kind === "base") return t("reason_base", { tier: detail });
    if (kind === "limit") return t("reason_limit", { tier: detail.replace("max_tier_", "") });
    if (detail === "cost_high_importance_low") return t("reason_cost");
    if (detail === "importance_high") return t("reason_importance");
    if (detail.startsWith("complexity_")) return t("reason_complexity", { value: detail.replace("complexity_", "") });
    if (detail === "demotion_cooldown") return t("reason_cooldown");
    if (detail === "task_requires_large") return t("reason_requires");
    return code;
  };
}
