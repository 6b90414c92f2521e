import { z } from "zod";
import { wordingOf } from "@shared/messages/mod.ts";
import { errorLanguage } from "./language.ts";
import { jsonResponse } from "./json-response.ts";

/** What `GET` on a function answers, its title and description in the language of who asks. */
export async function describedTo(
  request: Request,
  description: { title: string; description: string },
): Promise<Response> {
  const { about, language } = await wordingOf(errorLanguage(request));
  return jsonResponse({
    ...description,
    title: about(description.title),
    description: about(description.description),
  }, { headers: { "content-language": language } });
}

/** The description of a function that is no task of a model's: with the members a task's has, and of its own what it likes. */
export function describeFunction<About extends { task: string; title: string; description: string; example: unknown }>(
  { input, output, ...about }: About & { input: z.ZodType; output: z.ZodType },
) {
  return {
    ...about,
    input_schema: z.toJSONSchema(input, { io: "input" }),
    output_schema: z.toJSONSchema(output, { io: "output" }),
    tiers: [],
    has_rules: false,
    streams: false,
  };
}
