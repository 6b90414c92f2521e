import { useState } from "react";
import { storageName, uploadFile } from "../../api/upload-file.ts";
import { useOrganization } from "../../organization/organization.tsx";
import { useProject } from "../../session/project.tsx";
import { useSession } from "../../session/session.tsx";

/** Most files of a message, and most bytes of one: what the back end takes. */
const MOST_FILES = 5;
const MOST_BYTES = 10_000_000;

/** A file that goes with the next message. */
export interface Attachment {
  id: string;
  name: string;
  /** How much has been sent, 0 … 1. */
  sent: number;
  /** Null until it is there. */
  path: string | null;
  /** Null unless it could not be put there; "large" for one that was not tried. */
  problem: "large" | Error | null;
}

/** The files that go with the next message. */
export function useAttachments() {
  const { client, config } = useProject();
  const { user } = useSession();
  const { orgId } = useOrganization();
  const [files, setFiles] = useState<readonly Attachment[]>([]);
  const change = (id: string, part: Partial<Attachment>) =>
    setFiles((now) => now.map((each) => each.id === id ? { ...each, ...part } : each));
  const put = async (id: string, file: File) => {
    const onProgress = (sent: number) => change(id, { sent });
    try {
      const path = await uploadFile(client, config, file, {
        bucket: "chat",
        path: `${orgId}/${user.id}/${id}/${storageName(file.name)}`,
        onProgress,
        signal: new AbortController().signal,
      });
      change(id, { path, sent: 1 });
    } catch (error) {
      change(id, { problem: error instanceof Error ? error : new Error(String(error)) });
    }
  };
  return {
    files,
    isUploading: files.some(({ path, problem }) => path === null && problem === null),
    paths: files.flatMap(({ path }) => path ?? []),
    isFull: files.length >= MOST_FILES,
    add: (chosen: readonly File[]) => {
      for (const file of chosen.slice(0, MOST_FILES - files.length)) {
        const id = crypto.randomUUID();
        const problem = file.size > MOST_BYTES ? "large" : null;
        setFiles((now) => [...now, { id, name: file.name, sent: 0, path: null, problem }]);
        if (problem === null) put(id, file);
      }
    },
    remove: (id: string) => setFiles((now) => now.filter((each) => each.id !== id)),
    clear: () => setFiles([]),
  };
}
