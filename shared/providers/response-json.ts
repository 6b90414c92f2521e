import { answerError, type Attempt, bodyError } from "./classify-error.ts";
import { type JsonRecord, record } from "./json-value.ts";

/**
 * Reads a JSON object from a response. An object that stops before its brace was cut; anything else that is not JSON is
 * malformed; a vendor's error sent with status 200 is that error.
 */
export async function responseJson(response: Response, attempt: Attempt): Promise<JsonRecord> {
  return (await responseJsonText(response, attempt)).body;
}

/** {@linkcode responseJson} with the text it was read from, for those who pass it on as it is. */
export async function responseJsonText(
  response: Response,
  attempt: Attempt,
): Promise<{ text: string; body: JsonRecord }> {
  const whole = await response.text();
  const body = record(parse(whole));
  const text = Object.keys(body).length === 0 ? whole.trim() : whole;
  if (Object.keys(body).length === 0) {
    const began = text.startsWith("{") && !text.endsWith("}");
    throw answerError(
      began ? "cut" : "malformed",
      began ? "its body ended early" : "its body is not a JSON object",
      attempt,
    );
  }
  if (body.error !== undefined && body.error !== null) {
    throw bodyError(body, { status: null, attempt, mayBeBilled: true });
  }
  return { text, body };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
