import type { Target } from "../gateway/load.ts";

/** Milliseconds to the first words of a stream, one request after the other. Throws for half a stream. */
export async function firstTokens(target: Target, body: string, times: number): Promise<number[]> {
  const heard: number[] = [];
  for (let n = 0; n < times; n++) heard.push(await firstToken(target, body));
  return heard;
}

async function firstToken(target: Target, body: string): Promise<number> {
  const at = performance.now();
  const response = await fetch(target.url, {
    method: "POST",
    headers: { "content-type": "application/json", ...target.headers },
    body,
  });
  if (response.status !== 200 || response.body === null) {
    throw new Error(`Cannot measure: status ${response.status}: ${(await response.text()).slice(0, 300)}`);
  }
  let first: number | undefined;
  let text = "";
  for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (first === undefined && text.includes("Oak")) first = performance.now() - at;
  }
  // The provider's own end, or that of the chat's events.
  if (first === undefined || !/\[DONE\]|\nevent: done|^event: done/m.test(text)) {
    throw new Error("Cannot measure: half a stream");
  }
  return first;
}

/** Percentiles, to a hundredth of a millisecond. */
export function spreadOf(ms: readonly number[]): { p50: number; p95: number; p99: number } {
  const sorted = ms.toSorted((a, b) => a - b);
  const at = (share: number) =>
    Math.round(100 * (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN)) / 100;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
