import { readWork, type Step, type Work } from "../../api/jobs.ts";
import { loadRequests, type RequestFilter } from "../../api/requests.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { useQuery } from "../../query/use-query.ts";
import { Link } from "../../routing/link.tsx";
import { useProject } from "../../session/project.tsx";
import { Card } from "../../ui/card.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Stat } from "../../ui/stat.tsx";
import { RequestTable } from "../requests/request-table.tsx";
import { ingestionMessages } from "./ingestion-messages.ts";
import { IngestionProgress } from "./ingestion-progress.tsx";
import { jobsMessages } from "./jobs-messages.ts";
import { StepTable, TotalCost } from "./step-table.tsx";
import { useIngestion } from "./use-ingestion.ts";
import { useSteps } from "./use-steps.ts";
import "./ingestion.css";

const SHOWN_REQUESTS = 20;

/** How often the requests are asked for anew, in milliseconds. */
const REFRESH_MS = 5000;

/** One job, or everything about one subject: what it cost step by step and in total, live. */
export default function JobPage({ id }: { id: string }) {
  const t = useText(jobsMessages);
  const words = useText(ingestionMessages);
  const { path } = useOrganization();
  const work = readWork(id);
  const steps = useSteps(work, true);
  const ingestion = useIngestion(work !== null && "jobId" in work ? work.jobId : null);
  const found = ingestion.data ?? null;
  return (
    <>
      <PageHeader title={work === null || "jobId" in work ? t("job") : t("subject")} note={<code>{id}</code>}>
        <Link to={path("/jobs")}>{t("back")}</Link>
      </PageHeader>
      {found !== null && (
        <Card title={words("title", { name: found.name })}>
          <IngestionProgress job={found} onChanged={ingestion.reload} />
        </Card>
      )}
      {work === null ? <Nothing /> : (
        <QueryView
          query={steps}
          isEmpty={(rows) => rows.length === 0}
          empty={found === null ? <Nothing /> : null}
        >
          {(rows) => (
            <>
              <Totals steps={rows} />
              <Card title={t("steps")} note={t("stepsNote")}>
                <StepTable steps={rows} />
              </Card>
              <LatestRequests work={work} />
            </>
          )}
        </QueryView>
      )}
    </>
  );
}

function Nothing() {
  const t = useText(jobsMessages);
  return <EmptyState icon="jobs" title={t("noSteps")}>{t("noStepsText")}</EmptyState>;
}

function Totals({ steps }: { steps: readonly Step[] }) {
  const t = useText(jobsMessages);
  const format = useFormat();
  const sum = (count: (step: Step) => number) => steps.reduce((all, step) => all + count(step), 0);
  const running = sum((step) => step.running);
  const failed = sum((step) => step.failed);
  const figures = {
    requests: sum(({ requests }) => requests),
    calls: sum(({ calls }) => calls),
    tokens: sum(({ input_tokens, output_tokens }) => input_tokens + output_tokens),
  };
  return (
    <dl className="stats">
      <Stat
        name="job-cost"
        label={t("cost")}
        value={<TotalCost steps={steps} />}
        note={running > 0 ? t("running", { count: running }) : undefined}
      />
      <Stat
        name="job-requests"
        label={t("requests")}
        value={format.count(figures.requests)}
        note={failed > 0 ? t("failed", { count: failed }) : undefined}
      />
      <Stat name="job-calls" label={t("calls")} value={format.count(figures.calls)} />
      <Stat name="job-tokens" label={t("tokens")} value={format.count(figures.tokens)} />
    </dl>
  );
}

function LatestRequests({ work }: { work: Work }) {
  const t = useText(jobsMessages);
  const { client } = useProject();
  const { orgId, path } = useOrganization();
  const job = "jobId" in work ? work.jobId : "";
  const subject = "jobId" in work ? "" : `${work.subjectType}:${work.subjectId}`;
  const filter: RequestFilter = { task: "", model: "", status: "", mark: "", user: "", search: "", job, subject };
  const requests = useQuery(
    `work-requests/${orgId}/${job}/${subject}`,
    (signal) => loadRequests(client, orgId, filter, { after: null, limit: SHOWN_REQUESTS }, signal),
    { refreshMs: REFRESH_MS },
  );
  const all = job === "" ? `subject=${encodeURIComponent(subject)}` : `job=${job}`;
  return (
    <Card title={t("lastRequests")} actions={<Link to={path(`/requests?${all}`)}>{t("allRequests")}</Link>}>
      <QueryView query={requests}>{(rows) => <RequestTable rows={rows} />}</QueryView>
    </Card>
  );
}
