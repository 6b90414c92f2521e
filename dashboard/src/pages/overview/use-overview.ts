import { loadMonthForecast } from "../../api/budgets.ts";
import { loadSeries, loadSummary, type Scope } from "../../api/usage.ts";
import { useOrganization } from "../../organization/organization.tsx";
import { rangeBefore, readRange } from "../../organization/range.ts";
import { useRange } from "../../organization/range-picker.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { useQuery } from "../../query/use-query.ts";
import { usePlace } from "../../routing/location.ts";
import { useProject } from "../../session/project.tsx";

/** How often live figures are asked for again, in milliseconds. */
export const LIVE_MS = 30_000;

const live = { refreshMs: LIVE_MS };

/** The summary of days of the organization; of none, nothing is asked. */
export function useSummary(days: Omit<Scope, "orgId"> | null) {
  const { client } = useProject();
  const { orgId } = useOrganization();
  const { from, to } = days ?? { from: "", to: "" };
  return useQuery(
    days && `summary/${orgId}/${from}/${to}`,
    (signal) => loadSummary(client, { orgId, from, to }, signal),
    live,
  );
}

/** Everything the overview shows about the range in the address, and the one before it where that is asked for. */
export function useOverview() {
  const { client } = useProject();
  const { orgId } = useOrganization();
  const { search } = usePlace();
  const range = useRange();
  const before = rangeBefore(range);
  const compared = search.get("compare") === "1";
  const scope = { orgId, from: range.from, to: range.to };
  const series = (days: typeof range, by: "all" | "model") => ({
    key: `series/${orgId}/${days.from}/${days.to}/${by}`,
    load: (signal: AbortSignal) => loadSeries(client, { orgId, from: days.from, to: days.to }, by, signal),
  });
  const [total, models, totalBefore] = [series(range, "all"), series(range, "model"), series(before, "all")];
  return {
    range,
    before,
    compared,
    scope,
    now: useSummary(range),
    then: useSummary(compared ? before : null),
    total: useQuery(total.key, total.load, live),
    totalBefore: useQuery(compared ? totalBefore.key : null, totalBefore.load, live),
    models: useQuery(models.key, models.load, live),
  };
}

/** The month's budget, its forecast and what each day of it cost. */
export function useMonth() {
  const { client } = useProject();
  const { orgId } = useOrganization();
  const today = useFormat().today();
  const { from, to } = readRange(new URLSearchParams("range=month"), today);
  return {
    today,
    forecast: useQuery(`forecast/${orgId}`, (signal) => loadMonthForecast(client, orgId, signal), live),
    days: useQuery(
      `series/${orgId}/${from}/${to}/all`,
      (signal) => loadSeries(client, { orgId, from, to }, "all", signal),
      live,
    ),
  };
}
