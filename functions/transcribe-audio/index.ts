import { transcribeAudioHandler } from "./task.ts";

Deno.serve(transcribeAudioHandler());
