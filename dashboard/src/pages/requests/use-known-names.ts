import { unwrap } from "../../api/api-error.ts";
import { useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";

/** Tasks, models and providers there are, for choices. */
export function useKnownNames(): { tasks: string[]; models: string[]; providers: string[]; promptKeys: string[] } {
  const { client } = useProject();
  const { data } = useQuery("known-names", async (signal) => {
    const [tasks, models] = await Promise.all([
      unwrap<{ slug: string; prompt_key: string | null }[]>(
        client.from("ai_tasks").select("slug, prompt_key").order("slug").limit(500).abortSignal(signal),
      ),
      unwrap<{ provider: string; model: string }[]>(
        client.from("ai_models").select("provider, model").order("model").limit(1000).abortSignal(signal),
      ),
    ]);
    return {
      tasks: tasks.map(({ slug }) => slug),
      models: [...new Set(models.map(({ model }) => model))],
      promptKeys: [...new Set(tasks.flatMap(({ prompt_key }) => prompt_key === null ? [] : [prompt_key]))],
      providers: [...new Set(models.map(({ provider }) => provider))].sort(),
    };
  });
  return data ?? { tasks: [], models: [], providers: [], promptKeys: [] };
}
