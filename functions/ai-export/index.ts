import { serveReport } from "@shared/reports/mod.ts";
import { aiExport } from "./export.ts";

serveReport(aiExport);
