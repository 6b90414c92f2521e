import { z } from "zod";
import type { Translations } from "@shared/messages/mod.ts";
import { jsonResponse } from "./json-response.ts";
import { errorLanguage } from "./language.ts";

/** What a function says of itself, in English and, in its own words, in the other languages. */
export interface Described {
  title: string;
  description: string;
  /** Left out: it is described in English to everybody. */
  translations?: Translations | undefined;
}

/** What `GET` on a function answers, its title and description in the language of who asks. */
export function describedTo(request: Request, { translations, ...described }: Described): Response {
  const language = translations === undefined ? "en" : errorLanguage(request);
  const translation = language === "en" ? {} : translations?.[language];
  return jsonResponse({ ...described, ...translation }, { headers: { "content-language": language } });
}

/** The description of a function that is no task of a model's: with the members a task's has, and of its own what it likes. */
export function describeFunction<About extends Described & { task: string; example: unknown }>(
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
