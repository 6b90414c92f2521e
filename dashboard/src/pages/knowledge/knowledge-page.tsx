import { useState } from "react";
import type { Base } from "../../api/knowledge.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { RangePicker } from "../../organization/range-picker.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import type { Query } from "../../query/use-query.ts";
import { Link } from "../../routing/link.tsx";
import { changeSearch, usePlace } from "../../routing/location.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { useNotice } from "../../ui/notice.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Segments } from "../../ui/segments.tsx";
import { BaseDialog } from "./base-dialog.tsx";
import { insightMessages } from "./insight-messages.ts";
import { Insights } from "./insights.tsx";
import { knowledgeMessages } from "./knowledge-messages.ts";
import { Search } from "./search.tsx";
import { useBases } from "./use-bases.ts";
import { useReaderWords } from "./use-reader-words.ts";
import "./knowledge.css";

/** What the organization knows: a search over all of it, and the bases it is kept in. */
export default function KnowledgePage() {
  const t = useText(knowledgeMessages);
  const views = useText(insightMessages);
  const { can } = useOrganization();
  const say = useNotice();
  const bases = useBases();
  const [making, setMaking] = useState(false);
  // What everybody searched for is for those who manage.
  const manages = can("manager");
  const insights = usePlace().search.get("view") === "insights" && manages;
  return (
    <>
      <PageHeader title={t("title")} note={t("note")}>
        {insights && <RangePicker />}
        {manages && !insights && <Button icon="plus" onClick={() => setMaking(true)}>{t("newBase")}</Button>}
      </PageHeader>
      {manages && (
        <Segments
          label={views("view")}
          value={insights ? "insights" : "search"}
          options={[["search", views("view_search")], ["insights", views("view_insights")]]}
          onChange={(each) => changeSearch({ view: each === "search" ? null : each })}
        />
      )}
      {insights ? <Insights /> : <SearchAndBases bases={bases} />}
      {making && (
        <BaseDialog
          base={null}
          onClose={() => setMaking(false)}
          onSaved={() => {
            say(t("saved"));
            bases.reload();
          }}
        />
      )}
    </>
  );
}

function SearchAndBases({ bases }: { bases: Query<Base[]> }) {
  const t = useText(knowledgeMessages);
  const { can } = useOrganization();
  return (
    <QueryView
      query={bases}
      isEmpty={(rows) => rows.length === 0}
      empty={
        <EmptyState icon="knowledge" title={t("noBases")}>
          {t(can("manager") ? "noBasesText" : "noBasesGuest")}
        </EmptyState>
      }
    >
      {(rows) => (
        <>
          <Search bases={rows} />
          <section aria-labelledby="bases">
            <h2 id="bases">{t("bases")}</h2>
            <ul className="bases">
              {rows.map((base) => (
                <li key={base.base_id}>
                  <BaseCard base={base} />
                </li>
              ))}
            </ul>
          </section>
        </>
      )}
    </QueryView>
  );
}

function BaseCard({ base }: { base: Base }) {
  const t = useText(knowledgeMessages);
  const format = useFormat();
  const { path } = useOrganization();
  const readers = useReaderWords();
  return (
    <Link className="card base-card" to={path(`/knowledge/${base.base_id}`)}>
      <h3>{base.name}</h3>
      {base.description !== "" && <p className="card-note">{base.description}</p>}
      <p className="base-figures">
        {t("countDocuments", { count: base.documents })} · {t("countPassages", { count: base.passages })}
      </p>
      <span className="badges">
        {base.processing > 0 && <Badge tone="accent">{t("countProcessing", { count: base.processing })}</Badge>}
        {base.failed > 0 && <Badge tone="bad">{t("countFailed", { count: base.failed })}</Badge>}
        <Badge>{readers(base)}</Badge>
      </span>
      {base.changed_at !== null && <p className="row-note">{t("changed", { age: format.age(base.changed_at) })}</p>}
    </Link>
  );
}
