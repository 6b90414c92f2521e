import type { CallRow, FullRequest } from "../../api/requests.ts";
import { shortModel } from "../../charts/use-part-name.ts";
import { useText } from "../../i18n/language.tsx";
import { useDatabaseText } from "../../i18n/use-database-text.ts";
import { useFormat } from "../../organization/use-format.ts";
import { Card } from "../../ui/card.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import type { Candidate, Decision } from "./decision.ts";
import { refusalMessages } from "./refusal-messages.ts";
import { storyMessages } from "./story-messages.ts";
import { useCodeWords } from "./use-code-words.ts";
import { useTierReason } from "./use-tier-reason.ts";

interface PlanCardProps {
  request: FullRequest;
  calls: readonly CallRow[];
  decision: Decision;
}

/** Why a request went the way it did: rules in words, then every model that was considered. */
export function PlanCard({ request, calls, decision }: PlanCardProps) {
  const t = useText(storyMessages);
  const format = useFormat();
  const reason = useTierReason();
  const words = useCodeWords();
  const refusal = useDatabaseText(refusalMessages);
  // "openai/gpt-4o-mini: server, fallback": what a model did, then what was done about it.
  const inWords = (step: string) => {
    const [, model, codes] = /^(\S+\/\S+): ([\w, ]+)$/.exec(step) ?? [];
    return model === undefined || codes === undefined ? step : `${model}: ${codes.split(", ").map(words).join(", ")}`;
  };
  const { policyVersion, refused, cachedAt, soft, holdUsd, room, agreement, route } = decision;
  const sentences = [
    cachedAt && t("fromCache", { age: format.age(cachedAt) }),
    ...decision.tierReasons.map(reason),
    // Where it decided the tier, the tier's reasons say so.
    soft && !decision.tierReasons.some((code) => code.startsWith("limit:soft_budget")) && t("soft"),
    room !== null && t("room", { money: format.money(room) }),
    holdUsd !== null && t("held", { money: format.money(holdUsd, "USD") }),
    ...route.map(inWords),
    agreement &&
    t("agreed", { count: agreement.models.length, method: agreement.method, share: format.share(agreement.share) }),
    refused !== null && t("refusedBecause", { reason: refusal(refused) }),
  ].filter((sentence): sentence is string => typeof sentence === "string" && sentence !== "");
  const verdict = (candidate: Candidate) => {
    const isOne = (one: { provider: string | null; model: string | null }) =>
      one.provider === candidate.provider && one.model === candidate.model;
    if (isOne(request)) return <strong>{t("answered")}</strong>;
    if (calls.some((call) => isOne({ provider: call.provider, model: call.request_model }))) return t("tried");
    const problem = `problem_${candidate.problem}`;
    if (candidate.problem === null) return t("ready");
    return problem in storyMessages ? t(problem as keyof typeof storyMessages) : candidate.problem;
  };
  return (
    <Card title={t("plan")} note={policyVersion === null ? undefined : t("policy", { version: policyVersion })}>
      <ul className="steps">{sentences.map((sentence) => <li key={sentence}>{sentence}</li>)}</ul>
      {decision.candidates.length > 0 && (
        <DataTable
          caption={t("candidates")}
          rows={decision.candidates}
          rowKey={({ provider, model, tier }) => `${tier}/${provider}/${model}`}
          columns={[
            {
              key: "model",
              title: t("candidates"),
              cell: ({ provider, model }) => `${provider} / ${shortModel(model)}`,
            },
            { key: "tier", title: t("tier"), cell: ({ tier }) => tier ?? "–" },
            {
              key: "worst",
              title: t("worst"),
              figure: true,
              minor: true,
              cell: ({ worstCostUsd }) => format.money(worstCostUsd, "USD"),
            },
            { key: "verdict", title: t("verdict"), cell: verdict },
          ]}
        />
      )}
    </Card>
  );
}
