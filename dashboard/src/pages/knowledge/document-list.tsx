import { useEffect, useState } from "react";
import { type Document, loadDocuments } from "../../api/knowledge.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { usePages } from "../../query/use-pages.ts";
import { Link } from "../../routing/link.tsx";
import { changeSearch, usePlace } from "../../routing/location.ts";
import { useProject } from "../../session/project.tsx";
import { Button } from "../../ui/button.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { formatBytes } from "../../format/bytes.ts";
import { DocumentActions } from "./document-actions.tsx";
import { DocumentState, isInProgress } from "./document-state.tsx";
import { knowledgeMessages } from "./knowledge-messages.ts";

const PAGE_SIZE = 50;

/** How often documents in progress are looked at, in milliseconds. */
const LIVE_MS = 2000;

const STATES = ["processed", "processing", "reprocessing", "error", "uploaded"] as const;

interface DocumentListProps {
  baseId: string;
  /** Counts up when something was added. */
  changes: number;
  onChanged: () => void;
}

/** The documents of a base with their states, narrowed by what the address says. */
export function DocumentList({ baseId, changes, onChanged }: DocumentListProps) {
  const t = useText(knowledgeMessages);
  const ui = useText(uiMessages);
  const { client } = useProject();
  const { orgId } = useOrganization();
  const { search } = usePlace();
  const filter = { name: search.get("name") ?? "", state: search.get("state") ?? "" };
  const [live, setLive] = useState(false);
  const documents = usePages<Document>(
    `documents/${orgId}/${baseId}/${JSON.stringify(filter)}`,
    PAGE_SIZE,
    (after, signal) => loadDocuments(client, orgId, baseId, filter, { after, limit: PAGE_SIZE }, signal),
    live ? { refreshMs: LIVE_MS } : {},
  );
  const { reload } = documents;
  useEffect(() => {
    if (changes > 0) reload();
  }, [changes, reload]);
  const isAnyInProgress = documents.data?.some(isInProgress) ?? false;
  useEffect(() => setLive(isAnyInProgress), [isAnyInProgress]);
  return (
    <>
      <div className="filters">
        <div className="field-grow">
          <TextField
            label={t("find")}
            type="search"
            value={filter.name}
            onChange={(event) => changeSearch({ name: event.target.value })}
          />
        </div>
        <SelectField
          label={t("state")}
          value={filter.state}
          onChange={(event) => changeSearch({ state: event.target.value })}
        >
          <option value="">{ui("all")}</option>
          {STATES.map((state) => <option key={state} value={state}>{t(`state_${state}`)}</option>)}
        </SelectField>
      </div>
      <QueryView
        query={documents}
        placeholder={<Skeleton lines={6} />}
        isEmpty={(rows) => rows.length === 0}
        empty={<EmptyState icon="knowledge" title={t("noDocuments")}>{t("noDocumentsText")}</EmptyState>}
      >
        {(rows) => (
          <div className="card">
            <DocumentTable
              rows={rows}
              onChanged={() => {
                reload();
                onChanged();
              }}
            />
            {documents.more && (
              <Button className="more" onClick={documents.loadMore} busy={documents.loadingMore}>{ui("more")}</Button>
            )}
          </div>
        )}
      </QueryView>
    </>
  );
}

function DocumentTable({ rows, onChanged }: { rows: readonly Document[]; onChanged: () => void }) {
  const t = useText(knowledgeMessages);
  const format = useFormat();
  const { path } = useOrganization();
  return (
    <DataTable
      caption={t("documents")}
      rows={rows}
      rowKey={({ id }) => id}
      columns={[
        {
          key: "name",
          title: t("document"),
          cell: ({ id, name, tags }) => (
            <>
              <Link to={path(`/knowledge/documents/${id}`)}>{name}</Link>
              {tags.length > 0 && <span className="row-note">{tags.join(", ")}</span>}
            </>
          ),
        },
        { key: "state", title: t("state"), cell: (document) => <DocumentState document={document} /> },
        {
          key: "passages",
          title: t("passages"),
          figure: true,
          minor: true,
          cell: ({ chunk_count }) => format.count(chunk_count),
        },
        { key: "language", title: t("language"), minor: true, cell: ({ language }) => language ?? "–" },
        {
          key: "size",
          title: t("size"),
          figure: true,
          minor: true,
          cell: ({ size_bytes }) => formatBytes(size_bytes, format.locale),
        },
        { key: "added", title: t("added"), minor: true, cell: ({ created_at }) => format.moment(created_at) },
        {
          key: "actions",
          title: "",
          figure: true,
          cell: (document) => <DocumentActions document={document} onChanged={onChanged} />,
        },
      ]}
    />
  );
}
