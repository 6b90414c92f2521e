import { useCallback, useEffect, useRef, useState } from "react";
import { ingest } from "../../api/ingest.ts";
import { storageName, uploadFile } from "../../api/upload-file.ts";
import { useOrganization } from "../../organization/organization.tsx";
import { useProject } from "../../session/project.tsx";

/** A source on its way into a base, until it is a job. */
export interface Upload {
  id: string;
  name: string;
  /** taken: a job has it, or it is done. */
  state: "waiting" | "uploading" | "taken" | "duplicate" | "failed";
  /** How much of a file has been sent, 0 … 1. */
  sent: number;
  jobId: string | null;
  documentId: string | null;
  error: Error | null;
}

/** What is to be taken in. */
export interface Source {
  name: string;
  tags: string[];
  content: File | string;
}

/** The uploads of this page into a base, one after the other. */
export function useUploads(baseId: string, onTaken: () => void) {
  const { client, config } = useProject();
  const { orgId } = useOrganization();
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const queue = useRef<Promise<void>>(Promise.resolve());
  const cancel = useRef(new AbortController());
  const taken = useRef(onTaken);
  taken.current = onTaken;
  useEffect(() => {
    const controller = new AbortController();
    cancel.current = controller;
    return () => controller.abort();
  }, []);

  const change = (id: string, part: Partial<Upload>) =>
    setUploads((now) => now.map((each) => each.id === id ? { ...each, ...part } : each));

  const takeIn = async (id: string, { name, tags, content }: Source) => {
    const { signal } = cancel.current;
    if (signal.aborted) return;
    change(id, { state: "uploading" });
    try {
      const common = { name, base_id: baseId, tags };
      const source = typeof content === "string" ? { ...common, text: content } : {
        ...common,
        path: await put(content, (sent) => change(id, { sent }), signal),
      };
      const { data } = await ingest(client, orgId, source, signal);
      change(id, {
        state: data.duplicate ? "duplicate" : "taken",
        documentId: data.document_id,
        jobId: data.job_id,
      });
    } catch (error) {
      if (signal.aborted) return;
      change(id, { state: "failed", error: error instanceof Error ? error : new Error(String(error)) });
    }
    taken.current();
  };

  const put = async (file: File, onProgress: (share: number) => void, signal: AbortSignal) => {
    const path = `${orgId}/${crypto.randomUUID()}/${storageName(file.name)}`;
    return await uploadFile(client, config, file, { bucket: "knowledge", path, onProgress, signal });
  };

  const add = (sources: readonly Source[]) => {
    const added = sources.map((source) => ({ id: crypto.randomUUID(), source }));
    const fresh = { state: "waiting", sent: 0, jobId: null, documentId: null, error: null } as const;
    setUploads((now) => [...now, ...added.map(({ id, source: { name } }): Upload => ({ ...fresh, id, name }))]);
    for (const { id, source } of added) queue.current = queue.current.then(() => takeIn(id, source));
  };
  const forget = useCallback(() => {
    setUploads((now) => now.filter(({ state }) => state === "waiting" || state === "uploading"));
  }, []);
  return { uploads, add, forget };
}
