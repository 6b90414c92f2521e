import { memoryHandler } from "./handler.ts";

Deno.serve(memoryHandler());
