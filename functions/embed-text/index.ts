import { serveTask } from "@shared/ai-task/mod.ts";
import { embedText } from "./task.ts";

serveTask(embedText);
