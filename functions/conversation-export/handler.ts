import { envelopeSchema } from "@shared/ai-task/mod.ts";
import {
  bodyLimits,
  type Caller,
  describedTo,
  describeFunction,
  endpoint,
  jsonResponse,
  pickLanguage,
  readJsonBody,
  readQuery,
  requireIdentity,
  validate,
} from "@shared/http/mod.ts";
import type { Message } from "@shared/insights/mod.ts";
import { textDirection } from "@shared/messages/mod.ts";
import { callerDatabase, type KnowledgeDeps, metaWithoutCalls, systemKnowledgeDeps } from "@shared/retrieval/mod.ts";
import { z } from "zod";
import { type Exported, exported, type Format, input, query } from "./schemas.ts";
import { wordsOf } from "./words.ts";
import { writeHtml, writeMarkdown } from "./write-text.ts";

/** A conversation is exported whole; this is more than a function could hold. */
const MOST_CHARACTERS = 8_000_000;

const body = envelopeSchema(input);
const TYPES: Record<Format, [type: string, ending: string]> = {
  markdown: ["text/markdown; charset=utf-8", "md"],
  html: ["text/html; charset=utf-8", "html"],
  json: ["application/json", "json"],
  pdf: ["application/pdf", "pdf"],
};

interface Stored {
  title: string;
  assistant: string | null;
  language: string | null;
  created_at: string;
  summary: string | null;
  messages: (Message & { model: string | null })[];
}

/**
 * The handler of `conversation-export`: a conversation the caller may read, as a file. `POST` with format json answers `{ data, meta }`
 * as a task does.
 *
 * @param deps Default: this deployment's own.
 */
export function exportHandler(deps?: KnowledgeDeps): (request: Request) => Promise<Response> {
  return endpoint({
    methods: ["GET", "POST"],
    ...(deps === undefined ? {} : { newId: deps.newId }),
    async answer({ request, requestId }) {
      const { authenticate, now } = deps ?? systemKnowledgeDeps();
      const startedAt = now();
      const caller = await authenticate(request.headers);
      const asks = new URL(request.url).search !== "";
      if (request.method === "GET" && !asks) return describedTo(request, describeExport());
      const identity = requireIdentity(caller);
      const { org_id = null, ...asked } = request.method === "GET"
        ? { title: undefined, messages: undefined, ...validate(query, readQuery(request)) }
        : opened(validate(body, await readJsonBody(request, bodyLimits.task)));
      // Nothing is read of it, but an organization that is named has to be the caller's here as everywhere.
      if (asked.conversation_id === undefined && org_id !== null) await requireOrganization(caller, org_id);
      const conversation = asked.conversation_id === undefined
        ? sentAlong(asked)
        : await stored(caller, asked.conversation_id, org_id);
      const language = pickLanguage(request, identity.kind === "user" ? identity.language : null);
      if (asked.format === "json" && request.method === "POST") {
        const meta = metaWithoutCalls("conversation-export", requestId, now() - startedAt);
        return jsonResponse({ data: conversation, meta });
      }
      return await fileOf(conversation, asked.format, wordsOf(language), new Date(now()));
    },
  });

  async function requireOrganization(caller: Caller, orgId: string): Promise<void> {
    const { database } = deps ?? systemKnowledgeDeps();
    await callerDatabase(caller, database).rpc("my_organization", { p_org_id: orgId }, { idempotent: true });
  }

  async function stored(caller: Caller, id: string, orgId: string | null): Promise<Exported> {
    const { database } = deps ?? systemKnowledgeDeps();
    const { title, assistant, language, created_at, summary, messages } = await callerDatabase(caller, database)
      .rpc<Stored>("export_conversation", { p_conversation_id: id, p_org_id: orgId, p_characters: MOST_CHARACTERS }, {
        idempotent: true,
      });
    return {
      title,
      assistant,
      language,
      direction: textDirection(language, messages.map(({ text }) => text).join("\n")),
      created_at,
      summary,
      messages: messages.map(({ speaker, text, said_at, model }) => ({ speaker, text, said_at, model })),
    };
  }
}

function opened({ input, org_id }: z.output<typeof body>) {
  return { ...input, ...(org_id === undefined ? {} : { org_id }) };
}

function sentAlong({ title, messages = [] }: Pick<z.output<typeof input>, "title" | "messages">): Exported {
  return {
    title: title ?? messages[0]?.text.replace(/\s+/g, " ").trim().slice(0, 80) ?? "",
    assistant: null,
    language: null,
    direction: textDirection(null, messages.map(({ text }) => text).join("\n")),
    created_at: messages[0]?.said_at ?? null,
    summary: null,
    messages: messages.map(({ speaker, text, said_at }) => ({ speaker, text, said_at: said_at ?? null, model: null })),
  };
}

async function fileOf(
  conversation: Exported,
  format: Format,
  words: ReturnType<typeof wordsOf>,
  now: Date,
): Promise<Response> {
  const [type, ending] = TYPES[format];
  const headers = new Headers({
    "content-type": type,
    "content-disposition": `attachment; filename="${fileName(conversation.title)}.${ending}"`,
    // Nobody else's browser or proxy keeps it.
    "cache-control": "private, no-store",
    "x-content-type-options": "nosniff",
  });
  switch (format) {
    case "markdown":
      return new Response(writeMarkdown(conversation, words), { headers });
    case "html":
      return new Response(writeHtml(conversation, words), { headers });
    case "json":
      return new Response(JSON.stringify(conversation, null, 2), { headers });
    case "pdf": {
      const { writePdf } = await import("./write-pdf.ts");
      const { bytes, lost } = await writePdf(conversation, words, now);
      headers.set("x-signalbox-lost-characters", String(lost));
      return new Response(new Uint8Array(bytes), { headers });
    }
  }
}

function fileName(title: string): string {
  return title.normalize("NFKD").replace(/\p{M}/gu, "").replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(
    0,
    60,
  ) ||
    "conversation";
}

function describeExport() {
  return describeFunction({
    task: "conversation-export",
    title: "Conversation export",
    description:
      "A conversation as a file: Markdown, HTML, JSON or PDF. GET with conversation_id and format downloads it.",
    translations: {
      de: {
        title: "Gesprächsexport",
        description:
          "Ein Gespräch als Datei: Markdown, HTML, JSON oder PDF. GET mit conversation_id und format lädt sie herunter.",
      },
      fr: {
        title: "Exportation de conversation",
        description:
          "Une conversation en fichier : Markdown, HTML, JSON ou PDF. GET avec conversation_id et format le télécharge.",
      },
      es: {
        title: "Exportación de conversación",
        description:
          "Una conversación como archivo: Markdown, HTML, JSON o PDF. GET con conversation_id y format lo descarga.",
      },
    },
    input,
    output: exported,
    example: {
      input: {
        format: "json",
        title: "Slate",
        messages: [{ speaker: "user", text: "Does slate resist frost?" }, {
          speaker: "assistant",
          text: "Most slate does.",
        }],
      },
    },
  });
}
