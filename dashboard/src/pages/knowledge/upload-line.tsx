import { useEffect } from "react";
import { isOver } from "../../api/ingest.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { Link } from "../../routing/link.tsx";
import { Badge, type Tone } from "../../ui/badge.tsx";
import { useErrorReason } from "../../ui/error-state.tsx";
import { ingestionMessages } from "../jobs/ingestion-messages.ts";
import { costOf, IngestionProgress } from "../jobs/ingestion-progress.tsx";
import { useIngestion } from "../jobs/use-ingestion.ts";
import { knowledgeMessages } from "./knowledge-messages.ts";
import { uploadMessages } from "./upload-messages.ts";
import type { Upload } from "./use-uploads.ts";

const UPLOAD_TONES: Readonly<Record<Upload["state"], Tone>> = {
  waiting: "neutral",
  uploading: "accent",
  taken: "accent",
  duplicate: "warning",
  failed: "bad",
};
const JOB_TONES = { queued: "accent", running: "accent", done: "good", error: "bad", cancelled: "neutral" } as const;

/** How far a source is: sent, then processed, with what each step has cost so far. */
export function UploadLine({ upload, onOver }: { upload: Upload; onOver: () => void }) {
  const t = useText(uploadMessages);
  const words = useText(ingestionMessages);
  const knowledge = useText(knowledgeMessages);
  const format = useFormat();
  const { path } = useOrganization();
  const { state, documentId, name, jobId, sent } = upload;
  const reason = useErrorReason(upload.error);
  const job = useIngestion(jobId);
  const found = job.data ?? null;
  const over = found !== null && isOver(found);
  useEffect(() => {
    if (over) onOver();
  }, [over]);
  const isThere = documentId !== null && (found === null || found.state === "done");
  return (
    <li className="upload">
      <div className="upload-head">
        {isThere ? <Link to={path(`/knowledge/documents/${documentId}`)}>{name}</Link> : <strong>{name}</strong>}
        {found === null
          ? <Badge tone={UPLOAD_TONES[state]}>{t(state)}</Badge>
          : <Badge tone={JOB_TONES[found.state]}>{words(`state_${found.state}`)}</Badge>}
        {found !== null && found.chunk_count !== null && (
          <span className="muted">{knowledge("countPassages", { count: found.chunk_count })}</span>
        )}
        {found !== null && (
          <Link className="upload-cost" to={path(`/jobs/${found.id}`)}>{format.money(costOf(found), "USD")}</Link>
        )}
      </div>
      {state === "uploading" && (
        <progress aria-label={words("progressOf", { name })} value={sent < 1 ? sent : undefined} max={1} />
      )}
      {found !== null && <IngestionProgress job={found} onChanged={job.reload} />}
      {reason !== "" && <p className="field-problem" role="alert">{reason}</p>}
    </li>
  );
}
