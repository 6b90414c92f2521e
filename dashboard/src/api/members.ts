import type { SupabaseClient } from "@supabase/supabase-js";
import type { Role } from "../organization/roles.ts";
import { ApiError, unwrap } from "./api-error.ts";

/** Makes somebody a member. */
export async function addMember(client: SupabaseClient, orgId: string, userId: string, role: Role): Promise<void> {
  await unwrap(client.from("organization_members").insert({ org_id: orgId, user_id: userId, role }));
}

/** Gives a member another role. */
export async function changeRole(client: SupabaseClient, orgId: string, userId: string, role: Role): Promise<void> {
  await expectOne(
    client.from("organization_members").update({ role }).eq("org_id", orgId).eq("user_id", userId).select("user_id"),
  );
}

/** Ends a membership. */
export async function removeMember(client: SupabaseClient, orgId: string, userId: string): Promise<void> {
  await expectOne(
    client.from("organization_members").delete().eq("org_id", orgId).eq("user_id", userId).select("user_id"),
  );
}

/** Row level security hides what may not be changed: then no row comes back. */
async function expectOne(question: Parameters<typeof unwrap>[0]): Promise<void> {
  const rows = await unwrap<unknown[]>(question);
  if (rows.length === 0) throw new ApiError("No row was changed", { code: "42501", status: 403 });
}
