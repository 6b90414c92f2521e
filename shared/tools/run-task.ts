import { AppError, isErrorCode } from "@shared/errors/mod.ts";
import type { ToolContext, ToolDeps, ToolWay } from "./tool.ts";

/** Runs another Signalbox task as the user: it is admitted, logged and paid for like any request of his. */
export const runTask: ToolWay = async (tool, values, context, deps) => {
  const slug = tool.config["task"];
  if (typeof slug !== "string") throw new AppError("not_found", "Cannot run the task: the tool names none");
  return { text: JSON.stringify(await callFunction(slug, values, context, deps)) };
};

/**
 * Calls a function of this project as the user.
 *
 * @returns `data` of its answer.
 * @throws {AppError} What it was refused with.
 */
export async function callFunction(
  slug: string,
  input: Record<string, unknown>,
  { orgId, token, language, signal }: Pick<ToolContext, "orgId" | "token" | "language" | "signal">,
  { fetch, projectUrl, publishableKey }: Pick<ToolDeps, "fetch" | "projectUrl" | "publishableKey">,
): Promise<unknown> {
  const response = await fetch(`${projectUrl}/functions/v1/${slug}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      apikey: publishableKey,
      "accept-language": language,
      "content-type": "application/json",
    },
    body: JSON.stringify({ input, org_id: orgId }),
    signal,
  });
  const answer: { data?: unknown; code?: string; detail?: string } = await response.json().catch(() => ({}));
  if (response.ok) return answer.data;
  const { code, detail } = answer;
  throw new AppError(
    isErrorCode(code) ? code : "internal",
    detail ?? `Cannot run ${slug}: it answered ${response.status}`,
  );
}
