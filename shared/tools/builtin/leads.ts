import type { ToolWay } from "../tool.ts";

/** Leads the user sees that fit a query. */
export const findLeads: ToolWay = async (_, { query, limit = 5 }, { user, orgId, signal }) => {
  const found = await user.rpc<unknown[]>("find_leads", { p_org_id: orgId, p_query: query, p_limit: limit }, {
    signal,
    idempotent: true,
  });
  return { text: found.length === 0 ? "No lead fits." : JSON.stringify(found) };
};

/** Adds a line to a lead's notes. */
export const noteLead: ToolWay = async (_, { lead_id, note }, { user, orgId, signal }) => {
  const noted = await user.rpc("add_lead_note", { p_org_id: orgId, p_lead_id: lead_id, p_note: note }, { signal });
  return { text: JSON.stringify(noted) };
};
