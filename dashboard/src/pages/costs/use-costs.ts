import { loadBreakdown, loadSeries, type Part, type Scope, type Split, SPLITS } from "../../api/usage.ts";
import { useOrganization } from "../../organization/organization.tsx";
import { rangeBefore } from "../../organization/range.ts";
import { useRange } from "../../organization/range-picker.tsx";
import { usePages } from "../../query/use-pages.ts";
import { useQuery } from "../../query/use-query.ts";
import { usePlace } from "../../routing/location.ts";
import { useProject } from "../../session/project.tsx";

/** What can be measured. */
export const MEASURES = ["cost", "tokens", "requests"] as const;

export type Measure = typeof MEASURES[number];

const PAGE_SIZE = 50;

/** Splits that a role sees something in: jobs and subjects are for those who manage. */
export function useSplits(): readonly Split[] {
  const { can } = useOrganization();
  return SPLITS.filter((split) => can("manager") || (split !== "job" && split !== "subject"));
}

/** The split and measure that the address names. */
export function useCostView(): { by: Split; measure: Measure; scope: Scope } {
  const { search } = usePlace();
  const { orgId } = useOrganization();
  const { from, to } = useRange();
  return {
    by: useSplits().find((each) => each === search.get("by")) ?? "model",
    measure: MEASURES.find((each) => each === search.get("measure")) ?? "cost",
    scope: { orgId, from, to },
  };
}

/** The most parts of the period before that are compared with; the dearest ones. */
const MOST_BEFORE = 1000;

/** What each part cost in the period before, where the address asks for it; a part that is not in it cost nothing then. */
export function useCostsBefore(): { compared: boolean; costOf: ((key: string) => number | null) | null } {
  const { client } = useProject();
  const { search } = usePlace();
  const { by, scope } = useCostView();
  const { orgId } = scope;
  const { from, to } = rangeBefore(useRange());
  const compared = search.get("compare") === "1";
  const { data } = useQuery(
    compared ? `breakdown-before/${orgId}/${from}/${to}/${by}` : null,
    (signal) => loadBreakdown(client, { orgId, from, to }, { by, limit: MOST_BEFORE, after: null }, signal),
  );
  if (data === undefined) return { compared, costOf: null };
  const costs = new Map(data.map(({ key, cost }) => [key, cost]));
  const complete = data.length < MOST_BEFORE;
  return { compared, costOf: (key) => costs.has(key) ? costs.get(key) ?? null : complete ? 0 : null };
}

/** Days and parts of the split, for charts and the table. */
export function useCosts() {
  const { client } = useProject();
  const { by, scope } = useCostView();
  const { orgId, from, to } = scope;
  return {
    days: useQuery(`series/${orgId}/${from}/${to}/${by}`, (signal) => loadSeries(client, scope, by, signal)),
    parts: usePages<Part>(
      `breakdown/${orgId}/${from}/${to}/${by}`,
      PAGE_SIZE,
      (after, signal) => loadBreakdown(client, scope, { by, limit: PAGE_SIZE, after: after?.key ?? null }, signal),
    ),
  };
}
