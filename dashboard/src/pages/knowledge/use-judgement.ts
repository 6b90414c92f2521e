import { useState } from "react";
import { type Judgement, judgePassage } from "../../api/knowledge-search.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useEffectiveSettings } from "../../organization/use-organization-settings.ts";
import { useProject } from "../../session/project.tsx";
import { useNotice } from "../../ui/notice.tsx";
import { searchMessages } from "./search-messages.ts";

/** What the user makes of a passage he found: `kept` says whether the organization keeps that, `given` what he said last. */
export function useJudgement(searchId: string, chunkId: string) {
  const t = useText(searchMessages);
  const { client } = useProject();
  const { orgId } = useOrganization();
  const settings = useEffectiveSettings();
  const say = useNotice();
  const [given, setGiven] = useState<Judgement | null>(null);
  const kept = settings.data?.find(({ key }) => key === "kb.searchAnalytics")?.value === true;
  const judge = async (kind: Judgement) => {
    if (!kept) return;
    try {
      await judgePassage(client, orgId, { searchId, chunkId, kind });
      if (kind === "clicked") return;
      setGiven(kind);
      say(t("judged"));
    } catch {
      // Whoever opens a passage wants to read it, not to hear of our statistics.
      if (kind !== "clicked") say(t("notJudged"));
    }
  };
  return { kept, given, judge };
}
