import { loadIngestionOf } from "../../api/ingest.ts";
import { type Document, loadDocument } from "../../api/knowledge.ts";
import { formatBytes } from "../../format/bytes.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { useQuery } from "../../query/use-query.ts";
import { Link } from "../../routing/link.tsx";
import { navigate } from "../../routing/location.ts";
import { useProject } from "../../session/project.tsx";
import { Card } from "../../ui/card.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Facts } from "../../ui/facts.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { IngestionProgress } from "../jobs/ingestion-progress.tsx";
import { StepTable } from "../jobs/step-table.tsx";
import { useIngestion } from "../jobs/use-ingestion.ts";
import { useSteps } from "../jobs/use-steps.ts";
import { DocumentActions } from "./document-actions.tsx";
import { DocumentState, isInProgress } from "./document-state.tsx";
import { knowledgeMessages } from "./knowledge-messages.ts";
import { PassageList } from "./passage-list.tsx";
import { useBases } from "./use-bases.ts";
import { useReaderWords } from "./use-reader-words.ts";
import "../jobs/ingestion.css";
import "./knowledge.css";

/** How often a document is looked at, in milliseconds. */
const REFRESH_MS = 3000;

/** One document: what it is, what its processing cost, and its passages. */
export default function DocumentPage({ id }: { id: string }) {
  const t = useText(knowledgeMessages);
  const { client } = useProject();
  const { orgId, path, can } = useOrganization();
  const document = useQuery(`document/${orgId}/${id}`, (signal) => loadDocument(client, orgId, id, signal), {
    refreshMs: REFRESH_MS,
  });
  const bases = useBases();
  const found = document.data;
  const base = bases.data?.find(({ base_id }) => base_id === found?.base_id);
  return (
    <>
      <PageHeader title={found?.name ?? t("document")} note={found && <DocumentState document={found} />}>
        <Link to={path(found ? `/knowledge/${found.base_id}` : "/knowledge")}>{base?.name ?? t("back")}</Link>
        {found && (
          <DocumentActions
            document={found}
            onChanged={document.reload}
            onDeleted={() => navigate(path(`/knowledge/${found.base_id}`), { replace: true })}
          />
        )}
      </PageHeader>
      <QueryView
        query={document}
        isEmpty={(data) => data === null}
        empty={<EmptyState icon="search" title={t("goneDocument")}>{t("goneDocumentText")}</EmptyState>}
      >
        {(data) =>
          data && (
            <>
              <DocumentFacts document={data} />
              {isInProgress(data) && <Progress document={data} onOver={document.reload} />}
              {can("member") && <Cost id={id} live={isInProgress(data)} />}
              <PassageList document={data} />
            </>
          )}
      </QueryView>
    </>
  );
}

function Cost({ id, live }: { id: string; live: boolean }) {
  const t = useText(knowledgeMessages);
  const steps = useSteps({ subjectType: "document", subjectId: id }, live);
  if (steps.data === undefined || steps.data.length === 0) return null;
  return (
    <Card title={t("cost")}>
      <StepTable steps={steps.data} />
    </Card>
  );
}

function Progress({ document, onOver }: { document: Document; onOver: () => void }) {
  const { client } = useProject();
  const { orgId } = useOrganization();
  const newest = useQuery(
    `ingestion-of/${orgId}/${document.id}/${document.state}`,
    (signal) => loadIngestionOf(client, orgId, document.id, signal),
  );
  const job = useIngestion(newest.data?.id ?? null);
  if (!job.data) return null;
  return (
    <div className="card">
      <IngestionProgress job={job.data} onChanged={onOver} />
    </div>
  );
}

function DocumentFacts({ document }: { document: Document }) {
  const t = useText(knowledgeMessages);
  const format = useFormat();
  const readers = useReaderWords();
  const facts = [
    [t("language"), document.language ?? "–"],
    [t("size"), formatBytes(document.size_bytes, format.locale)],
    [t("passages"), format.count(document.chunk_count)],
    [t("tags"), document.tags.join(", ") || "–"],
    [t("authority"), format.number(document.authority)],
    [t("readers"), readers(document)],
    [t("added"), format.moment(document.created_at)],
  ] as const;
  return <Facts facts={facts} card />;
}
