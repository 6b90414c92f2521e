import { useEffect } from "react";
import { type Ingestion, isOver, loadIngestion } from "../../api/ingest.ts";
import { useOrganization } from "../../organization/organization.tsx";
import { type Query, useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";

/** How often a job is looked at where nothing is told, in milliseconds. */
const REFRESH_MS = 3000;

/** The processing of a document, live until it is over; null for a job that is something else. */
export function useIngestion(jobId: string | null): Query<Ingestion | null> {
  const { client } = useProject();
  const { orgId } = useOrganization();
  const job = useQuery<Ingestion | null>(
    jobId === null ? null : `ingestion/${orgId}/${jobId}`,
    (signal) => loadIngestion(client, orgId, jobId ?? "", signal),
    { refreshMs: REFRESH_MS },
  );
  const { reload } = job;
  const isLive = job.data !== undefined && job.data !== null && !isOver(job.data);
  useEffect(() => {
    if (!isLive || jobId === null) return;
    const channel = client.channel(`ingestion:${jobId}`, { config: { private: true } })
      .on("broadcast", { event: "progress" }, reload);
    client.realtime.setAuth().then(() => channel.subscribe(), () => {});
    return () => {
      client.removeChannel(channel);
    };
  }, [client, jobId, isLive, reload]);
  return job;
}
