import type { SupabaseClient } from "@supabase/supabase-js";
import { unwrap } from "../api/api-error.ts";
import type { Role } from "./roles.ts";

/** An organization and what the signed-in user is in it. */
export interface Membership {
  orgId: string;
  name: string;
  slug: string;
  currency: string;
  timeZone: string;
  role: Role;
}

/** The organizations a user belongs to, by name. */
export async function loadMemberships(client: SupabaseClient, userId: string): Promise<Membership[]> {
  const rows = await unwrap<{ role: Role; organizations: Organization }[]>(
    client.from("organization_members").select("role, organizations (id, name, slug, currency, time_zone)")
      .eq("user_id", userId).overrideTypes<{ role: Role; organizations: Organization }[], { merge: false }>(),
  );
  return rows
    .map(({ role, organizations: { id, name, slug, currency, time_zone } }) => ({
      orgId: id,
      name,
      slug,
      currency,
      timeZone: time_zone,
      role,
    }))
    .sort((one, other) => one.name.localeCompare(other.name));
}

interface Organization {
  id: string;
  name: string;
  slug: string;
  currency: string;
  time_zone: string;
}
