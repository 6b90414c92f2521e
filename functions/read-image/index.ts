import { readImageHandler } from "./task.ts";

Deno.serve(readImageHandler());
