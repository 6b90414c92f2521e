import { type FormEvent, useState } from "react";
import { loadOutcomes, type Outcome, recordOutcome } from "../../api/requests.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { usePersonName } from "../../organization/people.ts";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { useErrorReason } from "../../ui/error-state.tsx";
import { SelectField, TextArea } from "../../ui/field.tsx";
import { useNotice } from "../../ui/notice.tsx";
import { useAction } from "../../ui/use-action.ts";
import { storyMessages } from "./story-messages.ts";

/** What people and business rows said of a request, and a way to add to it. */
export function FeedbackCard({ requestId }: { requestId: string }) {
  const t = useText(storyMessages);
  const { client } = useProject();
  const { orgId } = useOrganization();
  const outcomes = useQuery(`outcomes/${requestId}`, (signal) => loadOutcomes(client, orgId, requestId, signal));
  return (
    <Card title={t("feedback")} note={t("feedbackNote")}>
      <QueryView
        query={outcomes}
        isEmpty={(found) => found.length === 0}
        empty={<p className="state-text">{t("noOutcome")}</p>}
      >
        {(found) => <ul className="steps">{found.map((outcome) => <Said key={outcome.id} outcome={outcome} />)}</ul>}
      </QueryView>
      <FeedbackForm requestId={requestId} onSent={outcomes.reload} />
    </Card>
  );
}

function Said({ outcome: { outcome, source, user_id, user_rating, feedback_text, created_at } }: { outcome: Outcome }) {
  const t = useText(storyMessages);
  const format = useFormat();
  const person = usePersonName();
  return (
    <li>
      <span>
        <Badge tone={outcome === "rejected" ? "bad" : "good"}>{t(outcome)}</Badge>{" "}
        {user_rating !== null && t("stars", { count: user_rating })}{" "}
        {user_id === null ? t(`source_${source}`) : person(user_id)}
        {" · "}
        {format.moment(created_at)} {feedback_text !== null && <q>{feedback_text}</q>}
      </span>
    </li>
  );
}

function FeedbackForm({ requestId, onSent }: { requestId: string; onSent: () => void }) {
  const t = useText(storyMessages);
  const { client } = useProject();
  const say = useNotice();
  const { busy, error, run } = useAction();
  const problem = useErrorReason(error);
  const [outcome, setOutcome] = useState<Outcome["outcome"]>("accepted");
  const [rating, setRating] = useState(5);
  const [text, setText] = useState("");
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const said = { outcome, rating: outcome === "rated" ? rating : null, text: text.trim() };
    if (!await run(() => recordOutcome(client, requestId, said))) return;
    setText("");
    say(t("thanks"));
    onSent();
  };
  return (
    <form className="form" onSubmit={send}>
      <div className="fields">
        <SelectField
          label={t("outcome")}
          value={outcome}
          onChange={(event) => setOutcome(event.target.value as Outcome["outcome"])}
        >
          {(["accepted", "edited", "rejected", "converted", "rated"] as const).map((each) => (
            <option key={each} value={each}>{t(each)}</option>
          ))}
        </SelectField>
        {outcome === "rated" && (
          <SelectField
            label={t("rating")}
            value={rating}
            onChange={(event) => setRating(Number(event.target.value))}
          >
            {[5, 4, 3, 2, 1].map((each) => <option key={each} value={each}>{t("stars", { count: each })}</option>)}
          </SelectField>
        )}
      </div>
      <TextArea
        label={t("comment")}
        rows={2}
        maxLength={4000}
        value={text}
        onChange={(event) => setText(event.target.value)}
        problem={problem}
      />
      <div>
        <Button type="submit" busy={busy}>{t("send")}</Button>
      </div>
    </form>
  );
}
