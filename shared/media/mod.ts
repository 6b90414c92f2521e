/**
 * What only models can read: images and recordings, wherever they are asked from.
 *
 * @module
 */
export { audioLengthMs } from "./audio-length.ts";
export { type ImageReading, imageReading, imageTask, READ_IMAGE } from "./image-task.ts";
export { type FileRights, type KnowledgeFiles, storageFiles } from "./knowledge-files.ts";
export { type BoundMedia, type MediaDeps, mediaHandler, type MediaTask } from "./media-handler.ts";
export { checkedMedia, type MediaFile, mediaFile } from "./media-source.ts";
export { speechTask, TRANSCRIBE_AUDIO, type Transcript, transcript } from "./speech-task.ts";
