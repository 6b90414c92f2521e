import { useState } from "react";
import { claimReview, loadReviews, type Review } from "../../api/reviews.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { usePersonName } from "../../organization/people.ts";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { usePages } from "../../query/use-pages.ts";
import { changeSearch, usePlace } from "../../routing/location.ts";
import { useProject } from "../../session/project.tsx";
import { useSession } from "../../session/session.tsx";
import { Badge, type Tone } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { useErrorReason } from "../../ui/error-state.tsx";
import { useNotice } from "../../ui/notice.tsx";
import { RowButton } from "../../ui/row-button.tsx";
import { Segments } from "../../ui/segments.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { useAction } from "../../ui/use-action.ts";
import { ReviewDialog } from "./review-dialog.tsx";
import { reviewQueueMessages } from "./review-messages.ts";

const PAGE_SIZE = 30;

const STATUS_TONES: Readonly<Record<Review["status"], Tone>> = {
  pending: "neutral",
  in_progress: "accent",
  escalated: "warning",
  approved: "good",
  needs_improvement: "warning",
  rejected: "bad",
};
const PRIORITY_TONES: Readonly<Record<Review["priority"], Tone>> = {
  low: "neutral",
  medium: "neutral",
  high: "warning",
  urgent: "bad",
};

/** Answers that wait for a person, and those that were looked at. */
export function ReviewQueue({ onDecided }: { onDecided: () => void }) {
  const t = useText(reviewQueueMessages);
  const ui = useText(uiMessages);
  const { client } = useProject();
  const { user } = useSession();
  const { orgId } = useOrganization();
  const say = useNotice();
  const { search } = usePlace();
  const open = search.get("show") !== "decided";
  const { busy, error, run } = useAction();
  const problem = useErrorReason(error);
  const [taken, setTaken] = useState<Review | null>(null);
  const reviews = usePages<Review>(
    `reviews/${orgId}/${open}`,
    PAGE_SIZE,
    (after, signal) => loadReviews(client, orgId, { open, after, limit: PAGE_SIZE }, signal),
  );
  const take = (review: Review | null) =>
    run(async () => {
      // What one has, or what is decided, need not be taken: it is looked at again.
      const needsClaim = review === null || review.status === "pending" ||
        (review.status === "escalated" && review.assigned_to !== user.id);
      const found = needsClaim ? await claimReview(client, orgId, review?.id ?? null) : review;
      if (found === null) return say(t("nothingNext"));
      setTaken(found);
      reviews.reload();
    });
  return (
    <>
      <div className="filters">
        <Segments
          label={t("show")}
          value={open ? "open" : "decided"}
          options={[["open", t("open")], ["decided", t("decided")]]}
          onChange={(value) => changeSearch({ show: value === "decided" ? "decided" : null })}
        />
        <Button look="primary" busy={busy} onClick={() => take(null)}>{t("next")}</Button>
      </div>
      {problem !== "" && <p className="field-problem" role="alert">{problem}</p>}
      <QueryView
        query={reviews}
        isEmpty={(rows) => rows.length === 0}
        empty={open
          ? <EmptyState icon="check" title={t("emptyOpen")}>{t("emptyOpenText")}</EmptyState>
          : <EmptyState icon="quality" title={t("emptyDecided")} />}
      >
        {(rows) => (
          <div className="card">
            <ReviewTable rows={rows} onTake={take} />
            {reviews.more && (
              <Button className="more" onClick={reviews.loadMore} busy={reviews.loadingMore}>{ui("more")}</Button>
            )}
          </div>
        )}
      </QueryView>
      {taken !== null && (
        <ReviewDialog
          review={taken}
          onClose={() => setTaken(null)}
          onDecided={() => {
            setTaken(null);
            say(t("saved"));
            reviews.reload();
            onDecided();
          }}
        />
      )}
    </>
  );
}

function ReviewTable({ rows, onTake }: { rows: readonly Review[]; onTake: (review: Review) => void }) {
  const t = useText(reviewQueueMessages);
  const ui = useText(uiMessages);
  const format = useFormat();
  const person = usePersonName();
  const who = ({ decided_by, assigned_to }: Review) => decided_by ?? assigned_to;
  return (
    <DataTable
      caption={t("open")}
      rows={rows}
      rowKey={({ id }) => id}
      columns={[
        {
          key: "asked",
          title: t("asked"),
          cell: ({ created_at }) => <span className="nowrap">{format.moment(created_at)}</span>,
        },
        { key: "task", title: t("task"), cell: ({ task }) => task },
        {
          key: "priority",
          title: t("priority"),
          cell: ({ priority }) => <Badge tone={PRIORITY_TONES[priority]}>{t(`priority_${priority}`)}</Badge>,
        },
        { key: "reason", title: t("reason"), minor: true, cell: ({ reason }) => t(`reason_${reason}`) },
        {
          key: "confidence",
          title: t("confidence"),
          figure: true,
          cell: ({ confidence }) => format.number(confidence),
        },
        {
          key: "status",
          title: t("status"),
          cell: ({ status }) => <Badge tone={STATUS_TONES[status]}>{t(`status_${status}`)}</Badge>,
        },
        {
          key: "who",
          title: t("who"),
          minor: true,
          cell: (review) => {
            const id = who(review);
            return id === null ? "–" : person(id);
          },
        },
        {
          key: "actions",
          title: ui("actions"),
          figure: true,
          cell: (review) => (
            <RowButton
              row={`${review.task}, ${format.moment(review.created_at)}`}
              onClick={() => onTake(review)}
            >
              {t(review.decided_at === null ? "review" : "again")}
            </RowButton>
          ),
        },
      ]}
    />
  );
}
