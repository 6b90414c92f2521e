import type { Conversation } from "../../api/conversations.ts";
import { type Insights, loadInsights, makeInsights, makeSummary } from "../../api/insights.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { QueryView } from "../../query/query-view.tsx";
import { useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { useErrorReason } from "../../ui/error-state.tsx";
import { useAction } from "../../ui/use-action.ts";
import { aboutMessages } from "./about-messages.ts";
import { chatMessages } from "./chat-messages.ts";
import { ExportButtons } from "./export-buttons.tsx";
import { MoodPart, TopicsPart } from "./insight-parts.tsx";
import { SummaryPart } from "./summary-part.tsx";

interface AboutDialogProps {
  conversation: Conversation;
  onClose: () => void;
}

/** What is told of a conversation, and the ways to keep it as a file. */
export function AboutDialog({ conversation, onClose }: AboutDialogProps) {
  const words = useText(chatMessages);
  const t = useText(aboutMessages);
  const { client } = useProject();
  const { orgId } = useOrganization();
  const { busy, error, run } = useAction();
  const reason = useErrorReason(error);
  const insights = useQuery(
    `insights/${orgId}/${conversation.id}`,
    (signal) => loadInsights(client, orgId, conversation.id, signal),
  );
  const make = async () => {
    await run(() => makeInsights(client, orgId, conversation.id));
    // One of the three may have succeeded where another failed.
    insights.reload();
  };
  const isEmpty = ({ summaries, topics, mood }: Insights) =>
    summaries.length === 0 && topics.length === 0 && mood === null;
  return (
    <Dialog title={words("about")} onClose={onClose}>
      <div className="about">
        <QueryView query={insights} isEmpty={isEmpty} empty={<p className="state-text">{t("nothing")}</p>}>
          {({ summaries, topics, mood }) => (
            <>
              <SummaryPart
                summaries={summaries}
                make={(kind) => makeSummary(client, orgId, conversation.id, kind)}
                onMade={insights.reload}
              />
              {topics.length > 0 && <TopicsPart topics={topics} />}
              {mood !== null && <MoodPart mood={mood} />}
            </>
          )}
        </QueryView>
        {reason !== "" && <p className="field-problem" role="alert">{reason}</p>}
        <p className="about-line">
          <Button icon="refresh" busy={busy} onClick={make}>
            {t(insights.data === undefined || isEmpty(insights.data) ? "make" : "again")}
          </Button>
          <span className="row-note">{t("costs")}</span>
        </p>
        <ExportButtons conversation={conversation} />
      </div>
    </Dialog>
  );
}
