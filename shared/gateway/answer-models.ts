import { jsonResponse } from "@shared/http/mod.ts";
import type { Body } from "./asked.ts";
import type { CallContext } from "./call-context.ts";
import { unescaped } from "./fields.ts";
import type { GatewayDeps } from "./gateway-deps.ts";
import { unknownModel, type UsableModel, usableModels } from "./usable-models.ts";

/** `GET /v1/models` and `/v1/models/{id}`, as OpenAI answers them, or Anthropic to its own clients. */
export async function answerModels(
  context: CallContext,
  _request: Request,
  deps: GatewayDeps,
  match: RegExpExecArray,
): Promise<Response> {
  const models = await usableModels(context, deps);
  const write = context.headers.has("anthropic-version") ? anthropicModel : openAiModel;
  const id = match[1] === undefined ? null : unescaped(match[1]);
  if (id !== null) {
    const found = models.find(({ model, provider }) => id === model || id === `${provider}/${model}`);
    if (found !== undefined) return jsonResponse(write(found));
    throw unknownModel(id, "it is not known, or not allowed here", models);
  }
  const seen = new Set<string>();
  const unique = models.filter(({ model }) => !seen.has(model) && seen.add(model));
  if (write === openAiModel) return jsonResponse({ object: "list", data: unique.map(write) });
  const data = unique.map(write);
  return jsonResponse({
    data,
    has_more: false,
    first_id: data[0]?.["id"] ?? null,
    last_id: data.at(-1)?.["id"] ?? null,
  });
}

function openAiModel({ model, provider, created, ...rest }: UsableModel): Body {
  return { id: model, object: "model", created: created ?? 0, owned_by: provider, ...rest };
}

function anthropicModel({ model, created }: UsableModel): Body {
  return { type: "model", id: model, display_name: model, created_at: new Date((created ?? 0) * 1000).toISOString() };
}
