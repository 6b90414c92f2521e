import { mcpHandler } from "./handler.ts";

Deno.serve(mcpHandler());
