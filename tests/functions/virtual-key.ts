import type { World } from "./world.ts";

/** A virtual key of the demo organization, for some models or (null) all. */
export async function virtualKey(world: World, name: string, allowed: string[] | null = null): Promise<string> {
  const { data, error } = await world.owner.rpc("create_ai_key", {
    p_org_id: world.orgId,
    p_name: name,
    p_allowed_models: allowed,
  });
  if (error) throw error;
  return data.key;
}
