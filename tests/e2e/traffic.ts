import type { World } from "../functions/world.ts";

/** What the traffic left behind that pages are looked at for. */
export interface Traffic {
  jobId: string;
  /** A request that another provider answered because the first one failed. */
  fellBack: string;
  /** Two calls of one request's job. */
  answered: string;
}

/** Makes requests of every kind a page tells about: answered, cached, fallen back, failed to be admitted. */
export async function makeTraffic({ stack, standIn, orgId, call, settled }: World): Promise<Traffic> {
  // So that a request's story has its input and output.
  await stack.sql("insert into public.ai_settings (key, org_id, value) values ('ai.log.payloads', $1, 'true')", [
    orgId,
  ]);
  const jobId = crypto.randomUUID();
  const lead = (name: string) => ({
    input: { lead: { name, company: "Gasthof Sonne GmbH", notes: "Asked for a demo. Wants to start soon." } },
  });
  const subject = { type: "lead", id: "00000000-0000-4000-8000-000000000101" };
  const answered = await call("classify-lead", { ...lead("Anna Antwort"), options: { job_id: jobId, subject } });
  await call("classify-lead", lead("Anna Antwort"));
  await call("classify-lead", lead("Anna Antwort"));
  standIn.control.setFaults([{ provider: "openai", kind: "status", status: 500 }]);
  const fellBack = await call("classify-lead", lead("Felix Fallback"));
  standIn.control.setFaults([]);
  await call("generate-followup", await exampleOf("generate-followup"));
  await call("embed-text", await exampleOf("embed-text"));
  await settled();
  return { jobId, answered: answered.body.meta.request_id, fellBack: fellBack.body.meta.request_id };

  async function exampleOf(task: string) {
    const response = await fetch(`${stack.url}/functions/v1/${task}`, { headers: { apikey: stack.publishableKey } });
    return (await response.json()).example;
  }
}
