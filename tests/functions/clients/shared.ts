import type { World } from "../world.ts";

/** What the steps of one client need. */
export interface ClientTest {
  world: World;
  /** A virtual key of the demo organization. */
  key: string;
  /** The gateway's address: Anthropic's base URL; OpenAI's clients add `/v1`. */
  root: string;
}

export const question = "What is oak parquet good for?";
/** A PNG of one pixel, base64. */
export const image = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
export const city = {
  type: "object" as const,
  properties: { city: { type: "string" as const } },
  required: ["city"],
  additionalProperties: false,
};
export const material = {
  type: "object" as const,
  properties: { material: { type: "string" as const } },
  required: ["material"],
  additionalProperties: false,
};
/** A model whose provider speaks Anthropic's format, and one whose provider speaks OpenAI's. */
export const models = ["claude-haiku-4-5", "gpt-4o-mini"];

/** Everything is settled, and no provider is taken for broken any more. */
export async function forgiven({ world }: ClientTest): Promise<void> {
  world.standIn.control.setFaults([]);
  await world.settled();
  await world.stack.sql("delete from public.ai_breakers");
}

/** The newest request's status and cost, all settled. */
export async function lastRequest({ world }: ClientTest): Promise<{ status: string; cost: number } | undefined> {
  await world.settled();
  const [row] = await world.stack.sql<{ status: string; cost: number }>(
    "select status, cost_usd::float as cost from public.ai_request_logs order by created_at desc limit 1",
  );
  return row;
}
