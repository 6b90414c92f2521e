import { insightHandler } from "@shared/insights/mod.ts";
import { topicDetection } from "./task.ts";

Deno.serve(insightHandler(topicDetection));
