import { storeHandler } from "./handler.ts";

Deno.serve(storeHandler());
