import type { Document } from "../../api/knowledge.ts";
import { useText } from "../../i18n/language.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { Badge, type Tone } from "../../ui/badge.tsx";
import { knowledgeMessages } from "./knowledge-messages.ts";

const TONES: Readonly<Record<Document["state"], Tone>> = {
  uploaded: "neutral",
  processing: "accent",
  processed: "good",
  error: "bad",
  reprocessing: "accent",
};

/** Whether a document changes by itself. */
export function isInProgress({ state }: Document): boolean {
  return state === "uploaded" || state === "processing" || state === "reprocessing";
}

/** What state a document is in, how far it is, and why it failed. */
export function DocumentState({ document }: { document: Document }) {
  const t = useText(knowledgeMessages);
  const format = useFormat();
  const { state, progress, problem } = document;
  return (
    <>
      <Badge tone={TONES[state]}>
        {t(`state_${state}`)}
        {isInProgress(document) && ` ${format.share(progress)}`}
      </Badge>
      {state === "error" && problem !== null && <span className="row-note">{problem}</span>}
    </>
  );
}
