import { countOpenReviews } from "../../api/reviews.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { RangePicker } from "../../organization/range-picker.tsx";
import { useQuery } from "../../query/use-query.ts";
import { changeSearch, usePlace } from "../../routing/location.ts";
import { useProject } from "../../session/project.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Segments } from "../../ui/segments.tsx";
import { AnswersView } from "./answers-view.tsx";
import { ExperimentsView } from "./experiments-view.tsx";
import { qualityMessages } from "./quality-messages.ts";
import { ReviewQueue } from "./review-queue.tsx";

const VIEWS = ["answers", "review", "experiments"] as const;

/** How good answers are and how we know: judgements, a queue for people, and experiments. */
export default function QualityPage() {
  const t = useText(qualityMessages);
  const { client } = useProject();
  const { orgId, can } = useOrganization();
  const { search } = usePlace();
  // The queue and experiments are for those who may see everybody's requests.
  const manages = can("manager");
  const view = manages ? VIEWS.find((each) => each === search.get("view")) ?? "answers" : "answers";
  const open = useQuery(
    manages ? `open-reviews/${orgId}` : null,
    (signal) => countOpenReviews(client, orgId, signal),
    { refreshMs: 30_000 },
  );
  const title = (each: typeof VIEWS[number]) =>
    each === "review" && open.data !== undefined ? t("view_reviewCount", { count: open.data }) : t(`view_${each}`);
  return (
    <>
      <PageHeader title={t("title")}>{view === "answers" && <RangePicker />}</PageHeader>
      {manages && (
        <Segments
          label={t("view")}
          value={view}
          options={VIEWS.map((each) => [each, title(each)] as const)}
          onChange={(each) => changeSearch({ view: each === "answers" ? null : each })}
        />
      )}
      {view === "answers" && <AnswersView />}
      {view === "review" && <ReviewQueue onDecided={open.reload} />}
      {view === "experiments" && <ExperimentsView />}
    </>
  );
}
