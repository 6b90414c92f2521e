import type { Body } from "./asked.ts";
import type { CallContext } from "./call-context.ts";
import { given, missing, readText } from "./fields.ts";
import { answerFree } from "./free-call.ts";
import type { GatewayDeps } from "./gateway-deps.ts";
import { logged, readBody } from "./read-body.ts";
import { unknownModel, usableModels } from "./usable-models.ts";

const DEFAULT_MODEL = "omni-moderation-latest";

/** `POST /v1/moderations`: passed on as it is, free of charge. */
export async function answerModeration(context: CallContext, request: Request, deps: GatewayDeps): Promise<Response> {
  const { body } = await readBody(request, context, deps);
  const name = await logged(context, deps, () => modelOf(body));
  const models = await usableModels(context, deps);
  const moderating = models.filter(({ kind }) => kind === "moderation");
  const model = moderating.find((one) => one.model === name);
  if (model === undefined) throw unknownModel(name, "it does not moderate, or is not allowed here", moderating);
  const words = {
    unavailable: "Cannot moderate: no provider is available",
    refused: "Cannot moderate: the provider refused the request",
  };
  return await answerFree(
    { operation: "moderation", model, kind: "openai", path: "/moderations", body, words },
    context,
    deps,
  );
}

function modelOf(body: Body): string {
  if (!given(body["input"])) throw missing("input");
  return readText(body, "model") ?? DEFAULT_MODEL;
}
