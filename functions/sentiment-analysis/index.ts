import { insightHandler } from "@shared/insights/mod.ts";
import { sentimentAnalysis } from "./task.ts";

Deno.serve(insightHandler(sentimentAnalysis));
