import { loadChatModels, loadTools } from "../../api/assistants.ts";
import { useOrganization } from "../../organization/organization.tsx";
import { useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";
import { useAssistants } from "../chat/use-assistants.ts";
import { useBases } from "../knowledge/use-bases.ts";

/** What an assistant can be given: models, tools, knowledge, colleagues. */
export function useChoices() {
  const { client } = useProject();
  const { orgId } = useOrganization();
  const models = useQuery(`chat-models/${orgId}`, (signal) => loadChatModels(client, orgId, signal));
  const tools = useQuery(`tools/${orgId}`, (signal) => loadTools(client, orgId, signal));
  const bases = useBases();
  const assistants = useAssistants();
  return {
    models: models.data ?? [],
    tools: tools.data ?? [],
    bases: bases.data ?? [],
    colleagues: assistants.usable,
    /** A base or an assistant by its id; anything else as it is. */
    nameOf: (id: string) => bases.data?.find(({ base_id }) => base_id === id)?.name ?? assistants.find(id)?.name ?? id,
  };
}

export type Choices = ReturnType<typeof useChoices>;
