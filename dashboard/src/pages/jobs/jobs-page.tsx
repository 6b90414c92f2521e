import { loadRecentJobs, type RecentJob } from "../../api/jobs.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { usePages } from "../../query/use-pages.ts";
import { Link } from "../../routing/link.tsx";
import { useProject } from "../../session/project.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { CostFigure } from "./cost-figure.tsx";
import { FindForm } from "./find-form.tsx";
import { jobsMessages } from "./jobs-messages.ts";

const PAGE_SIZE = 30;

/** How often the list is asked for anew, in milliseconds. */
const REFRESH_MS = 10_000;

/** The latest jobs, and the way to any other and to any subject. */
export default function JobsPage() {
  const t = useText(jobsMessages);
  const ui = useText(uiMessages);
  const { client } = useProject();
  const { orgId } = useOrganization();
  const jobs = usePages<RecentJob>(
    `jobs/${orgId}`,
    PAGE_SIZE,
    (after, signal) => loadRecentJobs(client, orgId, { after, limit: PAGE_SIZE }, signal),
    { refreshMs: REFRESH_MS },
  );
  return (
    <>
      <PageHeader title={t("title")} note={t("note")}>
        <Button icon="refresh" aria-label={ui("refresh")} onClick={jobs.reload} />
      </PageHeader>
      <FindForm />
      <QueryView
        query={jobs}
        placeholder={<Skeleton lines={8} />}
        isEmpty={(rows) => rows.length === 0}
        empty={<EmptyState icon="jobs" title={t("empty")}>{t("emptyText")}</EmptyState>}
      >
        {(rows) => (
          <div className="card">
            <JobTable rows={rows} />
            {jobs.more && <Button className="more" onClick={jobs.loadMore} busy={jobs.loadingMore}>{ui("more")}
            </Button>}
          </div>
        )}
      </QueryView>
    </>
  );
}

function JobTable({ rows }: { rows: readonly RecentJob[] }) {
  const t = useText(jobsMessages);
  const format = useFormat();
  const { path } = useOrganization();
  return (
    <DataTable
      caption={t("title")}
      rows={rows}
      rowKey={({ job_id }) => job_id}
      columns={[
        {
          key: "job",
          title: t("job"),
          cell: ({ job_id, tasks }) => (
            <>
              <Link to={path(`/jobs/${job_id}`)}>{tasks.join(", ")}</Link>
              <span className="row-note">{job_id.slice(0, 8)}</span>
            </>
          ),
        },
        { key: "subject", title: t("subject"), minor: true, cell: (job) => <Subject job={job} /> },
        { key: "last", title: t("last"), cell: ({ last_at }) => format.age(last_at) },
        {
          key: "requests",
          title: t("requests"),
          figure: true,
          cell: ({ requests, failed }) => (
            <>
              {failed > 0 && <Badge tone="bad">{t("failed", { count: failed })}</Badge>} {format.count(requests)}
            </>
          ),
        },
        {
          key: "cost",
          title: t("cost"),
          figure: true,
          cell: ({ cost_usd, unpriced }) => <CostFigure usd={cost_usd} unpriced={unpriced} />,
        },
      ]}
    />
  );
}

function Subject({ job: { subject_type, subject_id } }: { job: RecentJob }) {
  const { path } = useOrganization();
  if (subject_type === null || subject_id === null) return "–";
  const subject = `${subject_type}:${subject_id}`;
  return (
    <Link to={path(`/jobs/${encodeURIComponent(subject)}`)} title={subject}>
      {subject_type}:{subject_id.length > 12 ? `${subject_id.slice(0, 8)} …` : subject_id}
    </Link>
  );
}
