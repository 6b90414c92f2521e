import type { CallRow, FullRequest } from "../../api/requests.ts";
import { useText } from "../../i18n/language.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { Badge } from "../../ui/badge.tsx";
import { Card } from "../../ui/card.tsx";
import { storyMessages } from "./story-messages.ts";
import { type Span, timeLine } from "./time-line.ts";
import { useCodeWords } from "./use-code-words.ts";

/** Every call of a request where it lies in time. */
export function CallTimeLine({ request, calls }: { request: FullRequest; calls: readonly CallRow[] }) {
  const t = useText(storyMessages);
  const format = useFormat();
  const { spans } = timeLine(request.created_at, request.latency_ms, calls);
  return (
    <Card title={t("calls")} note={t("callsNote", { total: format.duration(request.latency_ms) })}>
      {spans.length === 0
        ? <p className="state-text">{t("noCalls")}</p>
        : <ol className="time-line">{spans.map((span) => <Call key={span.call.attempt} span={span} />)}</ol>}
    </Card>
  );
}

function Call({ span: { call, start, length, firstToken, startMs } }: { span: Span }) {
  const t = useText(storyMessages);
  const words = useCodeWords();
  const format = useFormat();
  const percent = (share: number) => `${Math.min(1, share) * 100}%`;
  const failed = call.error_code !== null;
  return (
    <li className={failed ? "call call-failed" : "call"}>
      <div className="call-head">
        <strong>{call.provider} / {call.response_model ?? call.request_model}</strong>
        <span className="badges">
          <Badge tone={call.purpose === "answer" || call.purpose === "embedding" ? "neutral" : "accent"}>
            {words(call.purpose)}
          </Badge>
          {failed
            ? <Badge tone="bad">{words(call.error_code ?? "")}</Badge>
            : call.finish_reason && <Badge tone="good">{words(call.finish_reason)}</Badge>}
          {call.stand_in && <Badge>{t("standIn")}</Badge>}
          {call.usage_source === "estimated" && <Badge tone="warning">{t("estimated")}</Badge>}
        </span>
      </div>
      <div className="call-track" aria-hidden="true">
        <span className="call-bar" style={{ insetInlineStart: percent(start), inlineSize: percent(length) }} />
        {firstToken !== null && <span className="call-first" style={{ insetInlineStart: percent(firstToken) }} />}
      </div>
      <div className="call-facts">
        <span>{t("after", { duration: format.duration(startMs) })}</span>
        <span>{t("took", { duration: format.duration(call.latency_ms) })}</span>
        {call.time_to_first_token_ms !== null && (
          <span>{t("firstTokenAfter", { duration: format.duration(call.time_to_first_token_ms) })}</span>
        )}
        <span>
          {t("tokensInOut", { input: format.count(call.input_tokens), output: format.count(call.output_tokens) })}
        </span>
        <span>{format.money(call.cost_usd, "USD")}</span>
      </div>
    </li>
  );
}
