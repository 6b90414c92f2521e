import type { SupabaseClient } from "@supabase/supabase-js";
import { unwrap } from "./api-error.ts";
import { readNumber } from "./read-number.ts";

/** What a month's new leads and orders cost, in the organization's currency; null is unknown. */
export interface AcquisitionMonth {
  month: string;
  aiCost: number | null;
  infraCost: number | null;
  salesCost: number | null;
  newLeads: number | null;
  perLead: number | null;
  /** With what is known alone: a lower bound. */
  perLeadAtLeast: number | null;
  newOrders: number | null;
  perOrder: number | null;
  perOrderAtLeast: number | null;
}

type Row = Record<string, unknown>;

/** How many months are shown. */
const MONTHS = 12;

/** The newest months, newest first. For owner, admin and manager. */
export async function loadAcquisition(
  client: SupabaseClient,
  orgId: string,
  signal: AbortSignal,
): Promise<AcquisitionMonth[]> {
  const months = (view: string) =>
    unwrap<Row[]>(
      client.from(view).select("*").eq("org_id", orgId).order("month", { ascending: false }).limit(MONTHS).abortSignal(
        signal,
      ),
    );
  const [leads, orders] = await Promise.all([months("ai_cost_per_lead"), months("ai_cost_per_order")]);
  return leads.map((lead) => {
    const order = orders.find(({ month }) => month === lead["month"]);
    return {
      month: String(lead["month"]),
      aiCost: readNumber(lead["ai_cost"]),
      infraCost: readNumber(lead["infra_cost"]),
      salesCost: readNumber(lead["sales_cost"]),
      newLeads: readNumber(lead["new_leads"]),
      perLead: readNumber(lead["cost_per_lead"]),
      perLeadAtLeast: readNumber(lead["cost_per_lead_at_least"]),
      newOrders: readNumber(order?.["new_orders"]),
      perOrder: readNumber(order?.["cost_per_order"]),
      perOrderAtLeast: readNumber(order?.["cost_per_order_at_least"]),
    };
  });
}
