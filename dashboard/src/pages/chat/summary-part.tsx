import { useState } from "react";
import { type ActionItem, type Summary, SUMMARY_KINDS, type SummaryKind } from "../../api/insights.ts";
import { useText } from "../../i18n/language.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { Button } from "../../ui/button.tsx";
import { useErrorReason } from "../../ui/error-state.tsx";
import { Segments } from "../../ui/segments.tsx";
import { useAction } from "../../ui/use-action.ts";
import { aboutMessages } from "./about-messages.ts";
import { Part } from "./insight-parts.tsx";

interface SummaryPartProps {
  summaries: readonly Summary[];
  /** Has a kind written. */
  make: (kind: SummaryKind) => Promise<unknown>;
  onMade: () => void;
}

/** What the conversation came to, in the kind that is wanted. */
export function SummaryPart({ summaries, make, onMade }: SummaryPartProps) {
  const t = useText(aboutMessages);
  const { busy, error, run } = useAction();
  const reason = useErrorReason(error);
  const [kind, setKind] = useState<SummaryKind>("executive");
  const summary = summaries.find((each) => each.kind === kind);
  const write = async () => {
    if (await run(() => make(kind))) onMade();
  };
  return (
    <Part title={t("summary")}>
      <Segments
        label={t("kind")}
        value={kind}
        options={SUMMARY_KINDS.map((each) => [each, t(`kind_${each}`)] as const)}
        onChange={setKind}
      />
      {summary === undefined ? <p className="row-note">{t("notWritten")}</p> : <SummaryText summary={summary} />}
      {reason !== "" && <p className="field-problem" role="alert">{reason}</p>}
      <p className="about-line">
        <Button icon="refresh" busy={busy} onClick={write}>
          {t(summary === undefined ? "writeKind" : "writeAgain")}
        </Button>
      </p>
    </Part>
  );
}

function SummaryText({ summary }: { summary: Summary }) {
  const t = useText(aboutMessages);
  const format = useFormat();
  const { kind, text, keyPoints, decisions, actionItems, questions, timeline, model, updatedAt } = summary;
  const age = format.age(updatedAt);
  const written = ({ task, owner, due }: ActionItem) => {
    const whose = owner === null ? task : t("actionOwner", { task, owner });
    return due === null ? whose : t("actionDue", { task: whose, due });
  };
  const happened = timeline.map(({ at, event }) =>
    `${Number.isNaN(Date.parse(at)) ? at : format.moment(at)}: ${event}`
  );
  // A kind about one thing shows that one; the two that tell everything show all.
  const shows = (part: SummaryKind) => kind === part || kind === "executive" || kind === "detailed";
  return (
    <>
      <p className="summary-text">{text}</p>
      {shows("key_points") && <Lines title={t("points")} lines={keyPoints} />}
      {shows("decisions") && <Lines title={t("decisions")} lines={decisions} />}
      {shows("action_items") && <Lines title={t("actions")} lines={actionItems.map(written)} />}
      {kind === "detailed" && <Lines title={t("questions")} lines={questions} />}
      {kind === "timeline" && <Lines title={t("kind_timeline")} lines={happened} />}
      <p className="row-note">{model === null ? t("byRules", { age }) : t("byModel", { model, age })}</p>
    </>
  );
}

function Lines({ title, lines }: { title: string; lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <>
      <h4>{title}</h4>
      <ul>{lines.map((line, place) => <li key={place}>{line}</li>)}</ul>
    </>
  );
}
