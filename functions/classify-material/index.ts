import { serveTask } from "@shared/ai-task/mod.ts";
import { classifyMaterial } from "./task.ts";

serveTask(classifyMaterial);
