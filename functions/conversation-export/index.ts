import { exportHandler } from "./handler.ts";

Deno.serve(exportHandler());
