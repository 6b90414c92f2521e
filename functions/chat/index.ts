import { serveTask } from "@shared/ai-task/mod.ts";
import { chat } from "./task.ts";

serveTask(chat);
