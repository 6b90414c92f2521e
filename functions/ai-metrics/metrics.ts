/**
 * Figures of an organization's AI use, for its owner, admins and managers.
 *
 * @module
 */
import { AppError } from "@shared/errors/mod.ts";
import { jsonResponse } from "@shared/http/mod.ts";
import type { Report } from "@shared/reports/mod.ts";
import { metricsInput, metricsOutput } from "./schemas.ts";

const JOB = /^job\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/i;
/** Behind the gateway's ten seconds a report may still be worth waiting for. */
const PATIENCE_MS = 30_000;

/** Everything is added up by one function of the database, which also decides who may see it. */
export const aiMetrics: Report<typeof metricsInput> = {
  name: "ai-metrics",
  title: "AI metrics",
  description: "Calls, cost, tokens, latency, confidence, errors and fallbacks of an organization, by model and task.",
  translations: {
    de: {
      title: "KI-Kennzahlen",
      description:
        "Aufrufe, Kosten, Tokens, Latenz, Vertrauen, Fehler und Ausweichen einer Organisation, nach Modell und Aufgabe.",
    },
    fr: {
      title: "Indicateurs de l'IA",
      description:
        "Appels, coût, jetons, latence, confiance, erreurs et replis d'une organisation, par modèle et par tâche.",
    },
    es: {
      title: "Métricas de la IA",
      description:
        "Llamadas, coste, tokens, latencia, confianza, errores y recursos alternativos de una organización, por modelo y tarea.",
    },
  },
  paths: {
    "": "Figures of the period.",
    "job/<job_id>": "Figures of one job, with the running cost of its steps. time_period does not count.",
  },
  input: metricsInput,
  output: metricsOutput,
  example: { time_period: "24h" },
  async answer({ input, path, database, requestId, signal }) {
    const options = { timeoutMs: PATIENCE_MS, signal, idempotent: true };
    const args = { p_org_id: input.org_id ?? null };
    const jobId = JOB.exec(path)?.[1];
    if (jobId !== undefined) {
      return answered(await database.rpc("ai_job_metrics", { ...args, p_job_id: jobId }, options));
    }
    if (path !== "" && path !== "summary") {
      throw new AppError("not_found", "Cannot report: there is only the function itself and job/<job_id> below it");
    }
    return answered(await database.rpc("ai_metrics", { ...args, p_time_period: input.time_period }, options));

    function answered(data: unknown): Response {
      return jsonResponse({ data, meta: { request_id: requestId } });
    }
  },
};
