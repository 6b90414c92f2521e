import { useState } from "react";
import { loadPrices, type Price } from "../../api/models.ts";
import { countDays } from "../../format/days.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { TextField } from "../../ui/field.tsx";
import { modelsMessages } from "./models-messages.ts";

/** After so many days without a check a price counts as stale: domain rule. */
const STALE_AFTER_DAYS = 30;

/** So many prices are shown before somebody asks for all. */
const SHOWN = 15;

/** What models cost, since when, and when that was last checked against the vendor's page. */
export function PriceCard() {
  const t = useText(modelsMessages);
  const format = useFormat();
  const { client } = useProject();
  const { orgId } = useOrganization();
  const [wanted, setWanted] = useState("");
  const [all, setAll] = useState(false);
  const prices = useQuery("prices", (signal) => loadPrices(client, new Date(), signal));
  const perMillion = (amount: number | null) => amount === null ? "–" : format.money(amount, "USD");
  const stale = ({ source_on }: Price) => countDays(source_on, format.today()) - 1 > STALE_AFTER_DAYS;
  return (
    <Card
      title={t("prices")}
      note={t("pricesNote")}
      actions={
        <TextField
          label={t("find")}
          type="search"
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
        />
      }
    >
      <QueryView query={prices}>
        {(known) => {
          const found = known.filter(({ provider, model, org_id }) =>
            `${provider} ${model}`.toLowerCase().includes(wanted.toLowerCase()) && (org_id === null || org_id === orgId)
          );
          return (
            <>
              <DataTable
                caption={t("prices")}
                rows={all ? found : found.slice(0, SHOWN)}
                rowKey={({ id }) => id}
                columns={[
                  {
                    key: "model",
                    title: t("model"),
                    cell: ({ provider, model, org_id, min_input_tokens }) => (
                      <>
                        {provider} / {model} {org_id !== null && <Badge tone="accent">{t("own")}</Badge>}
                        {min_input_tokens > 0 && <Badge>{t("from", { count: format.count(min_input_tokens) })}</Badge>}
                      </>
                    ),
                  },
                  {
                    key: "input",
                    title: t("input"),
                    figure: true,
                    cell: (price) => perMillion(price.input_usd_per_mtok),
                  },
                  {
                    key: "output",
                    title: t("output"),
                    figure: true,
                    cell: (price) => perMillion(price.output_usd_per_mtok),
                  },
                  {
                    key: "cache",
                    title: t("cacheRead"),
                    figure: true,
                    minor: true,
                    cell: (price) => perMillion(price.cache_read_usd_per_mtok),
                  },
                  {
                    key: "since",
                    title: t("since"),
                    figure: true,
                    minor: true,
                    cell: ({ effective_from }) => format.day(effective_from.slice(0, 10), "long"),
                  },
                  {
                    key: "checked",
                    title: t("checked"),
                    figure: true,
                    cell: (price) => (
                      <>
                        {stale(price) && <Badge tone="warning">{t("stale")}</Badge>}{" "}
                        <a href={price.source} target="_blank" rel="noreferrer">
                          {format.day(price.source_on, "long")}
                        </a>
                      </>
                    ),
                  },
                ]}
              />
              {!all && found.length > SHOWN && (
                <Button className="more" onClick={() => setAll(true)}>{t("allPrices", { count: found.length })}</Button>
              )}
            </>
          );
        }}
      </QueryView>
    </Card>
  );
}
