import type { World } from "./world.ts";

/**
 * How an ingestion ended, with its steps. An invocation that was lost holds its job for 150 seconds, and the second one lost at the same
 * place ends it: this waits for longer than both, and tells what stood when that was not enough.
 */
// deno-lint-ignore no-explicit-any -- a test looks into rows whose shape is what it checks
export async function ingestionEnded({ owner, stack }: Pick<World, "owner" | "stack">, jobId: string): Promise<any> {
  for (let round = 0; round < 2_400; round++) {
    const { data } = await owner.from("ingestion_jobs").select("*,ingestion_steps(*)").eq("id", jobId).single();
    if (data !== null && !["queued", "running"].includes(data.state)) return data;
    await new Promise((done) => setTimeout(done, 250));
  }
  const job = await stack.sql("select * from public.ingestion_jobs where id = $1", [jobId]);
  const failed = await stack.sql(
    "select created, status_code, content, error_msg from net._http_response where status_code is distinct from 200 order by id desc limit 5",
  );
  throw new Error(`Cannot go on: the job did not end: ${JSON.stringify({ job, failed })}`);
}
