import { AppError, isErrorCode } from "@shared/errors/mod.ts";
import { ACTING_USER } from "@shared/http/mod.ts";
import type { ToolContext, ToolDeps, ToolWay } from "./tool.ts";

/** Runs another Signalbox task as the user: it is admitted, logged and paid for like any request of his. */
export const runTask: ToolWay = async (tool, values, context, deps) => {
  const slug = tool.config["task"];
  // It becomes a part of an address that is called with our own key, whoever wrote the tool.
  if (typeof slug !== "string" || !/^[a-z][a-z0-9-]*$/.test(slug)) {
    throw new AppError("not_found", "Cannot run the task: the tool names none");
  }
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
  { language, signal, ...user }: Pick<ToolContext, "orgId" | "userId" | "token" | "language" | "signal">,
  { fetch, projectUrl, ...keys }: Pick<ToolDeps, "fetch" | "projectUrl" | "publishableKey" | "secretKey">,
): Promise<unknown> {
  const response = await fetch(`${projectUrl}/functions/v1/${slug}`, {
    method: "POST",
    headers: {
      ...rightsOf(user, keys),
      "accept-language": language,
      "content-type": "application/json",
    },
    body: JSON.stringify({ input, org_id: user.orgId }),
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

/** The user's token; without one the secret key, which says for whom it acts. The database decides by the user's rights either way. */
function rightsOf(
  { token, userId }: Pick<ToolContext, "token" | "userId">,
  { publishableKey, secretKey }: Pick<ToolDeps, "publishableKey" | "secretKey">,
): Record<string, string> {
  return token === null
    ? { apikey: secretKey, [ACTING_USER]: userId }
    : { authorization: `Bearer ${token}`, apikey: publishableKey };
}
