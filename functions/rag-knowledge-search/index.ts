import { searchHandler } from "./handler.ts";

Deno.serve(searchHandler());
