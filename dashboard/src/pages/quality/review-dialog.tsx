import { type FormEvent, useState } from "react";
import { loadRequest } from "../../api/requests.ts";
import { decideReview, type Decision, DECISIONS, type Review } from "../../api/reviews.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { QueryView } from "../../query/query-view.tsx";
import { useQuery } from "../../query/use-query.ts";
import { Link } from "../../routing/link.tsx";
import { useProject } from "../../session/project.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { useErrorReason } from "../../ui/error-state.tsx";
import { TextArea } from "../../ui/field.tsx";
import { Segments } from "../../ui/segments.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { useAction } from "../../ui/use-action.ts";
import { Payload } from "../requests/payload.tsx";
import { parseCorrection } from "./parse-correction.ts";
import { reviewQueueMessages } from "./review-messages.ts";

interface ReviewDialogProps {
  review: Review;
  onClose: () => void;
  onDecided: () => void;
}

/** Shows what was asked and answered, and takes a person's decision. */
export function ReviewDialog({ review, onClose, onDecided }: ReviewDialogProps) {
  const t = useText(reviewQueueMessages);
  const ui = useText(uiMessages);
  const { client } = useProject();
  const { orgId, path } = useOrganization();
  const { busy, error, run } = useAction();
  const problem = useErrorReason(error);
  const [decision, setDecision] = useState<Decision>(
    DECISIONS.find((each) => each === review.status && each !== "escalated") ?? "approved",
  );
  const [note, setNote] = useState(review.note ?? "");
  const [text, setText] = useState(review.correction === null ? "" : JSON.stringify(review.correction, null, 2));
  const story = useQuery(
    `request/${orgId}/${review.request_id}`,
    (signal) => loadRequest(client, orgId, review.request_id, signal),
  );
  const takesCorrection = decision === "needs_improvement" || decision === "rejected";
  const correction = takesCorrection ? parseCorrection(text) : null;
  const decide = async (event: FormEvent) => {
    event.preventDefault();
    if (correction === undefined) return;
    if (await run(() => decideReview(client, review.id, { decision, note: note.trim(), correction }))) onDecided();
  };
  return (
    <Dialog title={t("title")} onClose={onClose} wide>
      <p>
        {review.task} · {t(`reason_${review.reason}`)} ·{" "}
        <Link to={path(`/requests/${review.request_id}`)}>{t("story")}</Link>
      </p>
      <QueryView query={story}>
        {(found) => <Payload payload={found?.payload ?? null} />}
      </QueryView>
      <form className="form" onSubmit={decide} noValidate>
        <Segments
          label={t("decision")}
          value={decision}
          options={DECISIONS.map((each) => [each, t(`choose_${each}`)] as const)}
          onChange={setDecision}
        />
        {takesCorrection && (
          <TextArea
            label={t("correction")}
            hint={t("correctionHint")}
            rows={5}
            spellCheck={false}
            value={text}
            problem={correction === undefined ? t("notJson") : null}
            onChange={(event) => setText(event.target.value)}
          />
        )}
        <TextArea
          label={t("note")}
          rows={2}
          maxLength={4000}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
        {problem !== "" && <p className="field-problem" role="alert">{problem}</p>}
        <div className="form-actions">
          <Button onClick={onClose} disabled={busy}>{ui("cancel")}</Button>
          <Button type="submit" look="primary" busy={busy} disabled={correction === undefined}>{t("save")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
