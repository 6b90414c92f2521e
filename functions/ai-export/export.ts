/**
 * The log and daily KPIs as CSV or NDJSON, of what the caller may see of them.
 *
 * @module
 */
import { AppError } from "@shared/errors/mod.ts";
import { csv, ndjson, type Page, type Report, streamRows } from "@shared/reports/mod.ts";
import { z } from "zod";
import { exportColumns, type ExportKind } from "./columns.ts";

const PAGE_ROWS = 1_000;
const PATIENCE_MS = 30_000;
const formats = { csv, ndjson };

const moment = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);

const exportInput = z.strictObject({
  format: z.enum(["csv", "ndjson"]).default("csv"),
  from: moment.optional().describe("First moment, or day in UTC. Left out: from the beginning."),
  to: moment.optional().describe("First moment after the range. Left out: now."),
  task: z.string().max(100).optional(),
  org_id: z.uuid().optional().describe("Not needed by a user of exactly one organization."),
});

/** A page fetched from the database for every thousand rows, and sent on before the next one is fetched. */
export const aiExport: Report<typeof exportInput> = {
  name: "ai-export",
  title: "AI export",
  description:
    "Requests, calls or daily KPIs of an organization as CSV or NDJSON, oldest first, at most 200,000 rows at once.",
  translations: {
    de: {
      title: "KI-Export",
      description:
        "Anfragen, Aufrufe oder tägliche Kennzahlen einer Organisation als CSV oder NDJSON, die ältesten zuerst, höchstens 200.000 Zeilen auf einmal.",
    },
    fr: {
      title: "Exportation de l'IA",
      description:
        "Requêtes, appels ou indicateurs quotidiens d'une organisation en CSV ou NDJSON, les plus anciens d'abord, 200 000 lignes au plus à la fois.",
    },
    es: {
      title: "Exportación de la IA",
      description:
        "Solicitudes, llamadas o indicadores diarios de una organización en CSV o NDJSON, los más antiguos primero, como máximo 200.000 filas a la vez.",
    },
  },
  paths: {
    requests:
      "The request log; also without a path, and at logs. A member gets their own requests; owner, admin and manager everybody's.",
    calls: "The call log, alike: one row for every HTTP attempt at a provider.",
    kpis: "A row for each day of the organization and task.",
  },
  input: exportInput,
  output:
    "text/csv with a header, where text that a spreadsheet would run as a formula begins with an apostrophe; or " +
    "application/x-ndjson. A transfer that breaks off is not whole.",
  example: { format: "csv" },
  async answer({ input, path, database, requestId, signal }) {
    const kind = kindAt(path);
    const columns = exportColumns[kind];
    const format = formats[input.format];
    // The end is fixed by the first page, so that rows written meanwhile do not keep the export from ending.
    let to = input.to ?? null;
    const fetch = async (after: unknown): Promise<Page> => {
      const page = await database.rpc<Page & { to: string }>("ai_export_page", {
        p_kind: kind,
        p_org_id: input.org_id ?? null,
        p_from: input.from ?? null,
        p_to: to,
        p_task: input.task ?? null,
        p_after: after,
        p_limit: PAGE_ROWS,
      }, { timeoutMs: PATIENCE_MS, signal, idempotent: true });
      to = page.to;
      return page;
    };
    const first = await fetch(null);
    return new Response(streamRows({ first, fetch, format, columns }), {
      headers: {
        "content-type": format.type,
        "content-disposition": `attachment; filename="signalbox-${kind}.${format.extension}"`,
        "x-request-id": requestId,
      },
    });
  },
};

function kindAt(path: string): ExportKind {
  if (path === "" || path === "logs") return "requests";
  if (path === "requests" || path === "calls" || path === "kpis") return path;
  throw new AppError("not_found", "Cannot export: ask for requests, calls or kpis below the function's address");
}
