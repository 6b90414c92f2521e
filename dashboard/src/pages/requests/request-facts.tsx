import type { ReactNode } from "react";
import type { FullRequest } from "../../api/requests.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { usePersonName } from "../../organization/people.ts";
import { useFormat } from "../../organization/use-format.ts";
import { Link } from "../../routing/link.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Facts } from "../../ui/facts.tsx";
import type { Decision } from "./decision.ts";
import { requestsMessages } from "./requests-messages.ts";
import { storyMessages } from "./story-messages.ts";
import { useCodeWords } from "./use-code-words.ts";

/** What a request was, in figures and links. */
export function RequestFacts({ request, decision }: { request: FullRequest; decision: Decision }) {
  const t = useText(storyMessages);
  const words = useCodeWords();
  const list = useText(requestsMessages);
  const format = useFormat();
  const { path } = useOrganization();
  const person = usePersonName();
  const { cost_usd, subject_type, subject_id, job_id, user_id, prompt_key } = request;
  const inCurrency = cost_usd === null || decision.perUsd === null
    ? undefined
    : t("inCurrency", { money: format.money(cost_usd * decision.perUsd) });
  const tokens = request.input_tokens === null && request.output_tokens === null
    ? "–"
    : t("tokensInOut", { input: format.count(request.input_tokens), output: format.count(request.output_tokens) });
  const facts: [name: string, value: ReactNode][] = [
    [
      "id",
      <span key="id" className="copy-line">
        <code>{request.id}</code> <CopyButton text={request.id} small />
      </span>,
    ],
    [
      list("model"),
      request.model === null
        ? "–"
        : `${request.provider} / ${request.model}${request.tier ? ` (${request.tier})` : ""}`,
    ],
    [list("cost"), <span key="cost" title={inCurrency}>{format.money(cost_usd, "USD")}</span>],
    [list("tokens"), tokens],
    [list("latency"), format.duration(request.latency_ms)],
    [t("firstToken"), format.duration(request.time_to_first_token_ms)],
    [
      t("who"),
      user_id === null ? "–" : <Link key="user" to={path(`/requests?user=${user_id}`)}>{person(user_id)}</Link>,
    ],
    [t("job"), job_id === null ? "–" : <Link key="job" to={path(`/requests?job=${job_id}`)}>{job_id}</Link>],
    [
      t("subject"),
      subject_id === null
        ? "–"
        : (
          <Link key="subject" to={path(`/requests?subject=${encodeURIComponent(`${subject_type}:${subject_id}`)}`)}>
            {subject_type}:{subject_id}
          </Link>
        ),
    ],
    [t("importance"), words(request.importance ?? "–")],
    [t("costSensitivity"), words(request.cost_sensitivity ?? "–")],
    [t("complexity"), format.number(request.complexity)],
    [t("prompt"), prompt_key === null ? "–" : `${prompt_key} ${request.prompt_version}${request.prompt_variant ?? ""}`],
  ];
  return (
    <section className="card" aria-label={t("title")}>
      <Facts facts={facts} />
    </section>
  );
}
