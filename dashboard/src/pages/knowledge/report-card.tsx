import type { SupabaseClient } from "@supabase/supabase-js";
import { useOrganization } from "../../organization/organization.tsx";
import { QueryView } from "../../query/query-view.tsx";
import { useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";
import { Card } from "../../ui/card.tsx";
import { type Column, DataTable } from "../../ui/data-table.tsx";

interface ReportCardProps<Row> {
  /** Tells its answer from the others'. */
  name: string;
  title: string;
  note: string;
  /** Said where there is no row. */
  empty: string;
  load: (client: SupabaseClient, orgId: string, signal: AbortSignal) => Promise<Row[]>;
  rowKey: (row: Row) => string;
  columns: readonly Column<Row>[];
}

/** A report about the organization's knowledge as a table in a card. */
export function ReportCard<Row>({ name, title, note, empty, load, rowKey, columns }: ReportCardProps<Row>) {
  const { client } = useProject();
  const { orgId } = useOrganization();
  const report = useQuery(`knowledge-${name}/${orgId}`, (signal) => load(client, orgId, signal));
  return (
    <Card title={title} note={note}>
      <QueryView
        query={report}
        isEmpty={(rows) => rows.length === 0}
        empty={<p className="state-text">{empty}</p>}
      >
        {(rows) => <DataTable caption={title} rows={rows} rowKey={rowKey} columns={columns} />}
      </QueryView>
    </Card>
  );
}
