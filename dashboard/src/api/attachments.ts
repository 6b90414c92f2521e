import type { SupabaseClient } from "@supabase/supabase-js";
import { ApiError } from "./api-error.ts";

/** A file of the user's own that was sent along with a message. */
export interface SentFile {
  /** Its object in the bucket of chats. */
  path: string;
  name?: string;
  media_type?: string;
  /** What the assistant reads of it; null or left out for a picture. */
  text?: string | null;
}

/** What people call a file: the last part of its path where nobody named it. */
export function fileName({ path, name }: SentFile): string {
  return name ?? path.split("/").at(-1) ?? path;
}

/**
 * A file's content.
 * @throws {ApiError} it is not there any more, or not the user's.
 */
export async function loadSentFile(client: SupabaseClient, path: string): Promise<Blob> {
  const { data, error } = await client.storage.from("chat").download(path);
  if (error !== null) throw new ApiError(error.message, { code: null, status: statusOf(error) });
  return data;
}

function statusOf(error: { status?: number | undefined }): number {
  return typeof error.status === "number" ? error.status : 0;
}
