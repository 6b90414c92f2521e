import type { Json, ProviderName } from "./wire/prompt.ts";

// A few well-known ids, so that a client that lists models sees some. Any other id is answered too.
const ids: Record<ProviderName, string[]> = {
  openai: [
    "gpt-4o-mini",
    "gpt-4o",
    "gpt-5-mini",
    "gpt-5",
    "text-embedding-3-small",
    "text-embedding-3-large",
    "omni-moderation-latest",
    "whisper-1",
    "gpt-4o-transcribe",
  ],
  anthropic: ["claude-haiku-4-5", "claude-sonnet-4-5", "claude-opus-4-5"],
  together: [
    "meta-llama/Llama-3.3-70B-Instruct-Turbo",
    "meta-llama/Meta-Llama-3.1-8B-Instruct-Turbo",
    "BAAI/bge-large-en-v1.5",
  ],
};

/** Body of `GET /v1/models`. */
export function modelList(provider: ProviderName): Json | Json[] {
  if (provider === "anthropic") {
    const data = ids.anthropic.map((id) => ({
      type: "model",
      id,
      display_name: id,
      created_at: "2025-01-01T00:00:00Z",
    }));
    return { data, has_more: false, first_id: data[0]?.id, last_id: data.at(-1)?.id };
  }
  const data = ids[provider].map((id) => ({ id, object: "model", created: 1_735_689_600, owned_by: provider }));
  // Together answers a bare list.
  return provider === "together" ? data : { object: "list", data };
}
