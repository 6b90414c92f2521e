import { AppError } from "@shared/errors/mod.ts";
import { describedTo, endpoint, type Exchange, localized, logProblem, requireIdentity } from "@shared/http/mod.ts";
import { GATEWAY } from "./admission.ts";
import { anthropicMessages } from "./anthropic/messages-format.ts";
import { answerChat } from "./answer-chat.ts";
import type { ClientFormat } from "./asked.ts";
import { type CallContext, readContext } from "./call-context.ts";
import { describeGateway } from "./describe-gateway.ts";
import { type GatewayDeps, systemDeps } from "./gateway-deps.ts";
import { mcpErrorResponse } from "./mcp/mcp-error.ts";
import { openAiChat } from "./openai/chat-format.ts";
import { openAiErrorResponse } from "./openai-error.ts";
import { logged, readBody } from "./read-body.ts";

/** One address of the gateway. */
interface Door {
  methods: readonly string[];
  /** How its errors look. */
  errorResponse(thrown: unknown, requestId: string): Response;
  answer(context: CallContext, request: Request, deps: GatewayDeps, match: RegExpExecArray): Promise<Response>;
}

const doors: [path: RegExp, door: Door][] = [
  [/^\/v1\/chat\/completions$/, chatDoor(openAiChat)],
  [/^\/v1\/messages$/, chatDoor(anthropicMessages)],
  [/^\/v1\/messages\/count_tokens$/, {
    methods: ["POST"],
    errorResponse: anthropicMessages.errorResponse,
    answer: async (context, request, deps) =>
      await (await import("./anthropic/count-tokens.ts")).countTokens(context, request, deps),
  }],
  [/^\/v1\/responses$/, {
    methods: ["POST"],
    errorResponse: openAiErrorResponse,
    answer: async (context, request, deps) =>
      await (await import("./openai/answer-responses.ts")).answerResponses(context, request, deps),
  }],
  [/^\/v1\/responses\/input_tokens$/, {
    methods: ["POST"],
    errorResponse: openAiErrorResponse,
    answer: async (context, request, deps) =>
      await (await import("./openai/count-input.ts")).countInput(context, request, deps),
  }],
  [/^\/v1\/responses\/([^/]+)(\/input_items)?$/, {
    methods: ["GET", "DELETE"],
    errorResponse: openAiErrorResponse,
    answer: async (...given) => await (await import("./openai/kept-responses.ts")).answerKept(...given),
  }],
  [/^\/v1\/embeddings$/, {
    methods: ["POST"],
    errorResponse: openAiErrorResponse,
    answer: async (context, request, deps) =>
      await (await import("./answer-embeddings.ts")).answerEmbeddings(context, request, deps),
  }],
  [/^\/v1\/moderations$/, {
    methods: ["POST"],
    errorResponse: openAiErrorResponse,
    answer: async (context, request, deps) =>
      await (await import("./answer-moderation.ts")).answerModeration(context, request, deps),
  }],
  [/^\/mcp$/, {
    methods: ["POST"],
    errorResponse: mcpErrorResponse,
    answer: async (context, request, deps) =>
      await (await import("./mcp/answer-mcp.ts")).answerMcp(context, request, deps),
  }],
  [/^\/v1\/models(?:\/(.+))?$/, {
    methods: ["GET"],
    errorResponse: openAiErrorResponse,
    answer: async (...given) => await (await import("./answer-models.ts")).answerModels(...given),
  }],
];

/**
 * The gateway's handler: addresses and formats of the providers' own APIs, for their own clients.
 *
 * @param deps Default: this deployment's own, made when the first request comes in.
 */
export function gatewayHandler(deps?: GatewayDeps): (request: Request) => Promise<Response> {
  return async (request) => {
    const path = pathOf(request);
    const found = doorAt(path);
    const errorResponse = errorsOf(request, found?.door);
    const handle = endpoint({
      methods: found?.door.methods ?? [request.method],
      ...(deps === undefined ? {} : { newId: deps.newId, log: deps.log }),
      renderError(thrown, { requestId, wording, log }) {
        logProblem(thrown, requestId, log);
        return errorResponse(localized(thrown, wording), requestId);
      },
      async answer(exchange) {
        const surroundings = deps ?? systemDeps();
        if (isDescribed(exchange.request, path)) {
          await surroundings.authenticate(exchange.request.headers);
          return describedTo(exchange.request, describeGateway());
        }
        if (found === null) throw unknownAddress(request, path);
        return await answerDoor(found.door, found.match, exchange, surroundings);
      },
    });
    return await handle(request);
  };
}

/** How errors look: as the address has them, and at those that serve both as the client's own API has them. */
function errorsOf({ headers }: Request, door: Door | undefined): Door["errorResponse"] {
  const own = door?.errorResponse ?? openAiErrorResponse;
  return own === openAiErrorResponse && headers.has("anthropic-version") ? anthropicMessages.errorResponse : own;
}

/** The first that opens: what is asked for most stands first. */
function doorAt(path: string): { door: Door; match: RegExpExecArray } | null {
  for (const [pattern, door] of doors) {
    const match = pattern.exec(path);
    if (match !== null) return { door, match };
  }
  return null;
}

/** Serves the gateway: the whole content of its `index.ts`. */
export function serveGateway(): void {
  Deno.serve(gatewayHandler());
}

async function answerDoor(door: Door, match: RegExpExecArray, { request, requestId }: Exchange, deps: GatewayDeps) {
  const startedAt = deps.now();
  const identity = requireIdentity(await deps.authenticate(request.headers));
  const context = readContext(request, { requestId, startedAt, identity });
  return await door.answer(context, request, deps, match);
}

/** The function's own address describes it, to anybody with a key. */
function isDescribed({ method }: Request, path: string): boolean {
  return method === "GET" && (path === "" || path === "/");
}

function chatDoor(format: ClientFormat): Door {
  return {
    methods: ["POST"],
    errorResponse: format.errorResponse,
    async answer(context, request, deps) {
      const { body, size } = await readBody(request, context, deps);
      const asked = await logged(context, deps, () => format.read(body, size));
      return await answerChat({ format, asked, context }, deps);
    },
  };
}

/** The path below the function: on the platform it begins with the function's name, behind other hosts with more. */
function pathOf(request: Request): string {
  const { pathname } = new URL(request.url);
  const at = pathname.indexOf(`/${GATEWAY}`);
  const path = at < 0 ? pathname : pathname.slice(at + GATEWAY.length + 1);
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

function unknownAddress({ method }: Request, path: string): AppError {
  return new AppError("not_found", `Invalid URL (${method} ${path})`, {
    extensions: { param: null, error_code: "unknown_url" },
  });
}
