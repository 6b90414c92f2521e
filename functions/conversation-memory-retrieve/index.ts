import { retrieveHandler } from "./handler.ts";

Deno.serve(retrieveHandler());
