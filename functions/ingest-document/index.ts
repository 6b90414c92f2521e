import { ingestHandler } from "./handler.ts";

Deno.serve(ingestHandler());
