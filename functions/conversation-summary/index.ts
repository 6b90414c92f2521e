import { insightHandler } from "@shared/insights/mod.ts";
import { conversationSummary } from "./task.ts";

Deno.serve(insightHandler(conversationSummary));
