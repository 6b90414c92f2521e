import type { Plan } from "@shared/budget/mod.ts";
import { AppError, errorKinds, isErrorCode } from "@shared/errors/mod.ts";
import { jsonResponse } from "@shared/http/mod.ts";
import { GATEWAY, identityColumns } from "../admission.ts";
import type { Body } from "../asked.ts";
import type { CallContext } from "../call-context.ts";
import { badParameter } from "../client-error.ts";
import { given, list, readCount, record, requireText, unescaped, wrongValue } from "../fields.ts";
import type { GatewayDeps } from "../gateway-deps.ts";

type Kept =
  | { outcome: "ok"; items: Body[]; inputs: number; response: Body }
  | { outcome: "missing" }
  | { outcome: "refused"; code: string; detail: string };

/** A conversation of more characters is not kept: every request would carry it on. */
const MOST_CHARACTERS = 2_000_000;
/** Items of a page where nothing else is asked for, as OpenAI has it. */
const PAGE = 20;
const ID = /^[A-Za-z0-9_-]{1,200}$/;

/**
 * The request with the items of the response it goes on from before its own, and without that response's id: providers never
 * learn it. The same body where it goes on from none.
 *
 * @throws {AppError} `invalid_request` when there is no such response of this caller.
 */
export async function withPrevious(body: Body, context: CallContext, deps: GatewayDeps): Promise<Body> {
  const { previous_response_id: previous, ...rest } = body;
  if (!given(previous)) return body;
  const id = requireText(body, "previous_response_id");
  const kept = await keptResponse(id, context, deps);
  if (kept === null) {
    throw badParameter(
      `Previous response with id '${id.slice(0, 100)}' not found. Responses are kept where 'store' is true.`,
      {
        param: "previous_response_id",
        code: "previous_response_not_found",
      },
    );
  }
  return { ...rest, input: [...kept.items, ...itemsOf(body["input"])] };
}

/**
 * Keeps the answer to a request for its caller; null where the request or the organization does not want it.
 *
 * @param previous The id of the response it goes on from, which its provider was not told.
 */
export function keeperOf(
  body: Body,
  plan: Plan,
  deps: GatewayDeps,
  previous: unknown,
): ((response: Body) => Promise<void>) | null {
  const setting = plan.settings["ai.gateway.responses.store"] ?? "asked";
  const wanted = setting === "always" ? body["store"] !== false : setting === "asked" && body["store"] === true;
  if (!wanted) return null;
  return async (response) => {
    const input = itemsOf(body["input"]);
    const items = [...input, ...list(response["output"]).flatMap((item) => carriedOn(record(item)))];
    const entry = {
      org_id: plan.org_id,
      request_id: plan.request_id,
      id: response["id"],
      items,
      inputs: input.length,
      response: { ...response, store: true, previous_response_id: previous ?? null },
    };
    try {
      if (JSON.stringify(items).length <= MOST_CHARACTERS) await deps.ledger.rpc<null>("ai_keep_response", { entry });
    } catch (error) {
      deps.log("response_not_kept", { request_id: plan.request_id, kinds: errorKinds(error) });
    }
  };
}

/** `GET` and `DELETE /v1/responses/{id}`, and `GET …/input_items`. */
export async function answerKept(
  context: CallContext,
  request: Request,
  deps: GatewayDeps,
  match: RegExpExecArray,
): Promise<Response> {
  const [, id = "", items] = match;
  const forget = request.method === "DELETE";
  const kept = await keptResponse(unescaped(id), context, deps, forget);
  if (kept === null || (forget && items !== undefined)) {
    throw new AppError("not_found", `Response with id '${id.slice(0, 100)}' not found.`, {
      extensions: { param: "response_id", error_code: "response_not_found" },
    });
  }
  if (forget) return jsonResponse({ id, object: "response", deleted: true });
  const { searchParams: query } = new URL(request.url);
  if (items !== undefined) return jsonResponse(pageOf(kept.items.slice(0, kept.inputs), query));
  if (query.get("stream") === "true") {
    throw badParameter("Unsupported parameter: 'stream' is not supported for a response that is kept", {
      param: "stream",
      code: "unsupported_parameter",
    });
  }
  return jsonResponse(kept.response);
}

/** The page of items that is asked for, the latest first unless `order` says otherwise. */
function pageOf(items: Body[], query: URLSearchParams): Body {
  const order = query.get("order") ?? "desc";
  if (order !== "asc" && order !== "desc") throw wrongValue("order", ["asc", "desc"]);
  const limit = readCount({ limit: Number(query.get("limit") ?? PAGE) }, "limit") ?? PAGE;
  const all = items.map((item, index) => ({ id: `in_${index}`, type: "message", ...item }));
  if (order === "desc") all.reverse();
  const after = query.get("after");
  const before = after === null ? -1 : all.findIndex(({ id }) => id === after);
  if (after !== null && before < 0) {
    throw badParameter(`No item with id '${after.slice(0, 100)}' found.`, { param: "after", code: "invalid_value" });
  }
  const data = all.slice(before + 1, before + 1 + limit);
  return {
    object: "list",
    data,
    has_more: before + 1 + limit < all.length,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
}

/** Null for an id that is nobody's, or somebody else's. */
async function keptResponse(id: string, context: CallContext, deps: GatewayDeps, forget = false) {
  if (!ID.test(id)) return null;
  const kept = await deps.ledger.rpc<Kept>("ai_kept_response", {
    caller: { org_id: context.orgId, ...identityColumns(context), task: GATEWAY },
    p_id: id,
    p_forget: forget,
  }, { idempotent: !forget });
  if (kept.outcome === "refused") {
    throw new AppError(isErrorCode(kept.code) ? kept.code : "forbidden", kept.detail);
  }
  return kept.outcome === "ok" ? kept : null;
}

function itemsOf(input: unknown): Body[] {
  return typeof input === "string" ? [{ role: "user", content: input }] : list(input).map(record);
}

/** An item as a later request may send it: ids are of what a provider has not kept, and thinking is readable only when it is sealed. */
function carriedOn({ id: _, status: __, ...item }: Body): Body[] {
  return item["type"] === "reasoning" && !given(item["encrypted_content"]) ? [] : [item];
}
