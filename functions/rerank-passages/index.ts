import { serveTask } from "@shared/ai-task/mod.ts";
import { rerankPassages } from "./task.ts";

serveTask(rerankPassages);
