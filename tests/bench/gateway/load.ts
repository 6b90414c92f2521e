/** What one run measured. Times in milliseconds. */
export interface Measured {
  requests: number;
  rps: number;
  p50: number;
  p95: number;
  p99: number;
  /** To the first output of a stream; null for whole answers. */
  first_p50: number | null;
  first_p95: number | null;
  errors: number;
}

/** Something that answers chat completions. */
export interface Target {
  url: string;
  headers: Record<string, string>;
}

/** Sends one request after the other on each of `connections` for so long. */
export async function load(
  target: Target,
  body: string,
  { connections, milliseconds }: { connections: number; milliseconds: number },
): Promise<Measured> {
  const totals: number[] = [];
  const firsts: number[] = [];
  let errors = 0;
  const started = performance.now();
  const until = started + milliseconds;
  await Promise.all(Array.from({ length: connections }, async () => {
    while (performance.now() < until) {
      const at = performance.now();
      const first = await once(target, body).catch(() => undefined);
      if (first === undefined) errors++;
      else totals.push(performance.now() - at);
      if (typeof first === "number") firsts.push(first);
    }
  }));
  const seconds = (performance.now() - started) / 1000;
  const streams = firsts.length > 0;
  return {
    requests: totals.length,
    rps: Math.round(totals.length / seconds),
    p50: quantile(totals, 0.5),
    p95: quantile(totals, 0.95),
    p99: quantile(totals, 0.99),
    first_p50: streams ? quantile(firsts, 0.5) : null,
    first_p95: streams ? quantile(firsts, 0.95) : null,
    errors,
  };
}

/** Milliseconds to the first output of a stream; null for a whole answer. Throws unless it was answered in full. */
async function once(target: Target, body: string): Promise<number | null> {
  const at = performance.now();
  const response = await fetch(target.url, {
    method: "POST",
    headers: { "content-type": "application/json", ...target.headers },
    body,
  });
  if (response.status !== 200 || response.body === null) {
    throw new Error(`status ${response.status}: ${(await response.text()).slice(0, 300)}`);
  }
  if (!(response.headers.get("content-type") ?? "").includes("event-stream")) {
    const text = await response.text();
    if (!text.includes('"finish_reason":"stop"')) throw new Error("half an answer");
    return null;
  }
  let first: number | undefined;
  let text = "";
  const decoder = new TextDecoder();
  for await (const bytes of response.body) {
    text += decoder.decode(bytes, { stream: true });
    if (first === undefined && text.includes('"content":"Oak')) first = performance.now() - at;
  }
  if (first === undefined || !text.includes("[DONE]")) throw new Error("half a stream");
  return first;
}

/** Of the values, to a hundredth of a millisecond. */
function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(100 * (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN)) / 100;
}

/** Why a target does not answer; null when it does. */
export async function problemWith(target: Target, body: string): Promise<string | null> {
  try {
    await once(target, body);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
