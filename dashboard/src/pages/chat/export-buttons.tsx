import { useId } from "react";
import type { Conversation } from "../../api/conversations.ts";
import { EXPORT_FORMATS, exportConversation, type ExportFormat } from "../../api/insights.ts";
import { download } from "../../format/csv.ts";
import { useLanguage, useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useProject } from "../../session/project.tsx";
import { Button } from "../../ui/button.tsx";
import { useErrorReason } from "../../ui/error-state.tsx";
import { useAction } from "../../ui/use-action.ts";
import { aboutMessages } from "./about-messages.ts";

const FORMATS = Object.keys(EXPORT_FORMATS) as ExportFormat[];

/** Keeps a conversation as a file, in one of the formats there are. */
export function ExportButtons({ conversation }: { conversation: Conversation }) {
  const t = useText(aboutMessages);
  const { language } = useLanguage();
  const { client } = useProject();
  const { orgId } = useOrganization();
  const { busy, error, run } = useAction();
  const reason = useErrorReason(error);
  const heading = useId();
  const keep = (format: ExportFormat) =>
    run(async () => {
      const file = await exportConversation(client, orgId, { conversationId: conversation.id, format, language });
      download(fileName(conversation.title, EXPORT_FORMATS[format].ending), file);
    });
  return (
    <section className="about-part" aria-labelledby={heading}>
      <h3 id={heading}>{t("keep")}</h3>
      <p className="about-line">
        {FORMATS.map((format) => (
          <Button key={format} icon="download" disabled={busy} onClick={() => keep(format)}>
            {t(`format_${format}`)}
          </Button>
        ))}
      </p>
      {reason !== "" && <p className="field-problem" role="alert">{reason}</p>}
    </section>
  );
}

/** A title as a file's name: without signs that some system does not take. */
function fileName(title: string, ending: string): string {
  const name = title.replace(/[^\p{L}\p{N} ._-]+/gu, " ").replace(/\s+/g, " ").trim().slice(0, 80);
  return `${name || "conversation"}.${ending}`;
}
