/**
 * What only models can read: images and recordings, wherever they are asked from.
 *
 * @module
 */
export { type ImageReading, imageReading, imageTask, READ_IMAGE } from "./image-task.ts";
export { type FileRights, type KnowledgeFiles, storageFiles } from "./knowledge-files.ts";
export { type MediaDeps, mediaHandler } from "./media-handler.ts";
export { checkedMedia, mediaFile } from "./media-source.ts";
export { speechTask, TRANSCRIBE_AUDIO, type Transcript, transcript } from "./speech-task.ts";
