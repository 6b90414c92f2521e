import { serveTask } from "@shared/ai-task/mod.ts";
import { generateFollowup } from "./task.ts";

serveTask(generateFollowup);
