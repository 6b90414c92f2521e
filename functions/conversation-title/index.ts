import { serveTask } from "@shared/ai-task/mod.ts";
import { conversationTitle } from "./task.ts";

serveTask(conversationTitle);
