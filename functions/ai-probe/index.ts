import { probeHandler } from "./probe.ts";

Deno.serve(probeHandler());
