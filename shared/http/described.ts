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
