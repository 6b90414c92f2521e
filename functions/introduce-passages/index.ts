import { serveTask } from "@shared/ai-task/mod.ts";
import { introducePassages } from "./task.ts";

serveTask(introducePassages);
