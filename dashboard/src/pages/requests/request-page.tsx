import { loadRequest } from "../../api/requests.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { useQuery } from "../../query/use-query.ts";
import { Link } from "../../routing/link.tsx";
import { useProject } from "../../session/project.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { CallTimeLine } from "./call-time-line.tsx";
import { ConfidenceCard } from "./confidence-card.tsx";
import { readDecision } from "./decision.ts";
import { FeedbackCard } from "./feedback-card.tsx";
import { PayloadCard } from "./payload-card.tsx";
import { PlanCard } from "./plan-card.tsx";
import { ReplayCard } from "./replay-card.tsx";
import { RequestFacts } from "./request-facts.tsx";
import { StatusBadges } from "./status-badges.tsx";
import { storyMessages } from "./story-messages.ts";

/** One request told as a story: what was asked, what was decided and why, what was called, how good it was. */
export default function RequestPage({ id }: { id: string }) {
  const t = useText(storyMessages);
  const { client } = useProject();
  const { orgId, path } = useOrganization();
  const format = useFormat();
  const story = useQuery(`request/${orgId}/${id}`, (signal) => loadRequest(client, orgId, id, signal));
  const found = story.data?.request;
  return (
    <>
      <PageHeader
        title={found === undefined ? t("title") : found.task}
        note={found && (
          <>
            {format.moment(found.created_at, true)} · <StatusBadges request={found} />
          </>
        )}
      >
        <Link to={path("/requests")}>{t("back")}</Link>
      </PageHeader>
      <QueryView
        query={story}
        isEmpty={(data) => data === null}
        empty={<EmptyState icon="search" title={t("gone")}>{t("goneText")}</EmptyState>}
      >
        {(data) => {
          if (data === null) return null;
          const { request, calls, payload } = data;
          const decision = readDecision(request.decision);
          return (
            <>
              <RequestFacts request={request} decision={decision} />
              <CallTimeLine request={request} calls={calls} />
              <div className="grid-wide grid-start">
                <PlanCard request={request} calls={calls} decision={decision} />
                <ConfidenceCard request={request} decision={decision} />
              </div>
              <PayloadCard payload={payload} />
              <ReplayCard key={request.id} request={request} payload={payload} />
              <FeedbackCard requestId={request.id} />
            </>
          );
        }}
      </QueryView>
    </>
  );
}
