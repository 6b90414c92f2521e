import { config } from "@shared/config/mod.ts";
import { type KnowledgeDeps, systemKnowledgeDeps } from "@shared/retrieval/mod.ts";
import { type KnowledgeFiles, storageFiles } from "@shared/media/mod.ts";

/** The surroundings of an ingestion. */
export interface IngestDeps extends KnowledgeDeps {
  files: KnowledgeFiles;
}

let cached: IngestDeps | undefined;

/** This deployment's surroundings, made on first use. */
export function systemIngestDeps(): IngestDeps {
  return cached ??= { ...systemKnowledgeDeps(), files: storageFiles(config()) };
}
