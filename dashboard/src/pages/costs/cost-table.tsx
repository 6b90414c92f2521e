import { loadBreakdown, type Part } from "../../api/usage.ts";
import { download, toCsv } from "../../format/csv.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import type { Pages } from "../../query/use-pages.ts";
import { useProject } from "../../session/project.tsx";
import { Button } from "../../ui/button.tsx";
import { Change } from "../../ui/change.tsx";
import { Card } from "../../ui/card.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { useAction } from "../../ui/use-action.ts";
import { useSummary } from "../overview/use-overview.ts";
import { costsMessages } from "./costs-messages.ts";
import { useCostsBefore, useCostView } from "./use-costs.ts";
import { useKeyCell } from "./use-key-cell.tsx";

/** Parts of the split as rows, dearest first, with the period's sum below. */
export function CostTable({ parts }: { parts: Pages<Part> }) {
  const t = useText(costsMessages);
  const ui = useText(uiMessages);
  const format = useFormat();
  const { by, scope } = useCostView();
  const { cell } = useKeyCell(by);
  const { compared, costOf } = useCostsBefore();
  const whole = useSummary(scope).data;
  const { error, busy, exportAll } = useExport();
  const perRequest = ({ cost, requests }: { cost: number | null; requests: number }) =>
    format.money(cost === null || requests === 0 ? null : cost / requests);
  return (
    <Card
      title={t("table")}
      actions={<Button icon="download" busy={busy} onClick={exportAll}>{ui("exportCsv")}</Button>}
    >
      {error !== null && <ErrorState error={error} />}
      <QueryView query={parts}>
        {(rows) => (
          <DataTable
            caption={t("table")}
            rows={rows}
            rowKey={({ key }) => key}
            columns={[
              { key: "key", title: t(by), cell: ({ key }) => cell(key) },
              { key: "requests", title: t("requests"), figure: true, cell: ({ requests }) => format.count(requests) },
              {
                key: "in",
                title: t("inputTokens"),
                figure: true,
                minor: true,
                cell: ({ inputTokens }) => format.count(inputTokens),
              },
              {
                key: "out",
                title: t("outputTokens"),
                figure: true,
                minor: true,
                cell: ({ outputTokens }) => format.count(outputTokens),
              },
              { key: "per", title: t("perRequest"), figure: true, minor: true, cell: perRequest },
              {
                key: "unpriced",
                title: t("unpriced"),
                figure: true,
                minor: true,
                cell: ({ unpriced }) => unpriced === 0 ? "" : format.count(unpriced),
              },
              {
                key: "usd",
                title: t("costUsd"),
                figure: true,
                minor: true,
                cell: ({ costUsd }) => format.money(costUsd, "USD"),
              },
              ...(compared
                ? [{
                  key: "before",
                  title: ui("before"),
                  figure: true,
                  cell: ({ key }: Part) => format.money(costOf?.(key) ?? null),
                }]
                : []),
              {
                key: "cost",
                title: t("cost"),
                figure: true,
                cell: ({ key, cost }) => (
                  <>
                    {compared && <Change now={cost} before={costOf?.(key) ?? null} more="bad" />} {format.money(cost)}
                  </>
                ),
              },
            ]}
            footer={whole && (
              <tr role="row" data-total="">
                <th role="rowheader" scope="row">{t("totalOfAll")}</th>
                <td role="cell" className="figure" data-title={t("requests")}>{format.count(whole.requests)}</td>
                <td role="cell" className="figure minor">{format.count(whole.inputTokens)}</td>
                <td role="cell" className="figure minor">{format.count(whole.outputTokens)}</td>
                <td role="cell" className="figure minor">{perRequest(whole)}</td>
                <td role="cell" className="figure minor">
                  {whole.unpriced === 0 ? "" : format.count(whole.unpriced)}
                </td>
                <td role="cell" className="figure minor">{format.money(whole.costUsd, "USD")}</td>
                {compared && <td role="cell" className="figure minor" />}
                <td role="cell" className="figure" data-title={t("cost")}>{format.money(whole.cost)}</td>
              </tr>
            )}
          />
        )}
      </QueryView>
      {parts.more && <Button className="more" onClick={parts.loadMore} busy={parts.loadingMore}>{ui("more")}</Button>}
    </Card>
  );
}

/** Rows of one question for a file, and the most that a file gets. */
const [EXPORT_PAGE, EXPORT_MOST] = [1000, 100_000];

/** Reads every row of the split, not only those on screen, and gives them to the browser as a file. */
function useExport() {
  const { client } = useProject();
  const { slug, currency } = useOrganization();
  const { by, scope } = useCostView();
  const { name } = useKeyCell(by);
  const { busy, error, run } = useAction();
  const exportAll = () =>
    run(async () => {
      const rows: Part[] = [];
      for (;;) {
        const after = rows.at(-1)?.key ?? null;
        const page = await loadBreakdown(
          client,
          scope,
          { by, limit: EXPORT_PAGE, after },
          new AbortController().signal,
        );
        rows.push(...page);
        if (page.length < EXPORT_PAGE || rows.length >= EXPORT_MOST) break;
      }
      const header = [
        by,
        "name",
        "requests",
        "input_tokens",
        "output_tokens",
        "cost_usd",
        `cost_${currency.toLowerCase()}`,
        "requests_of_unknown_cost",
      ];
      const lines = rows.map((
        part,
      ) => [
        part.key,
        name(part.key),
        part.requests,
        part.inputTokens,
        part.outputTokens,
        part.costUsd,
        part.cost,
        part.unpriced,
      ]);
      download(`signalbox-${slug}-${by}-${scope.from}-${scope.to}.csv`, toCsv(header, lines));
    });
  return { busy, error, exportAll };
}
