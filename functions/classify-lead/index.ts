import { serveTask } from "@shared/ai-task/mod.ts";
import { classifyLead } from "./task.ts";

serveTask(classifyLead);
