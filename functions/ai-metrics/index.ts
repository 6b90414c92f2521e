import { serveReport } from "@shared/reports/mod.ts";
import { aiMetrics } from "./metrics.ts";

serveReport(aiMetrics);
