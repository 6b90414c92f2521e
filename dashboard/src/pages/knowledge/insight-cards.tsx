import { loadDocumentUse, loadTagUse, loadUnanswered } from "../../api/knowledge-reports.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { Link } from "../../routing/link.tsx";
import { insightMessages } from "./insight-messages.ts";
import { ReportCard } from "./report-card.tsx";

/** Rows of a list; more are not read. */
const SHOWN = 25;

/** What was searched for in vain: each line is a document somebody could write. */
export function MissingCard() {
  const t = useText(insightMessages);
  const format = useFormat();
  const { path } = useOrganization();
  return (
    <ReportCard
      name="missing"
      title={t("missing")}
      note={t("kept")}
      empty={t("nothingMissing")}
      load={(client, orgId, signal) => loadUnanswered(client, orgId, SHOWN, signal)}
      rowKey={({ query }) => query}
      columns={[
        {
          key: "query",
          title: t("query"),
          cell: ({ query }) => <Link to={path(`/knowledge?q=${encodeURIComponent(query)}`)}>{query}</Link>,
        },
        { key: "searches", title: t("searches"), figure: true, cell: ({ searches }) => format.count(searches) },
        { key: "people", title: t("people"), figure: true, cell: ({ users }) => format.count(users) },
        {
          key: "withoutResults",
          title: t("withoutResults"),
          figure: true,
          cell: ({ withoutResults }) => format.count(withoutResults),
        },
        {
          key: "withoutAnswer",
          title: t("withoutAnswer"),
          figure: true,
          cell: ({ withoutAnswer }) => format.count(withoutAnswer),
        },
        { key: "last", title: t("last"), minor: true, cell: ({ lastAt }) => format.moment(lastAt) },
      ]}
    />
  );
}

/** Documents that searches find, and what people made of them. */
export function UsedCard() {
  const t = useText(insightMessages);
  const format = useFormat();
  return (
    <ReportCard
      name="used"
      title={t("used")}
      note={t("kept")}
      empty={t("nothingUsed")}
      load={(client, orgId, signal) => loadDocumentUse(client, orgId, { used: true, limit: SHOWN }, signal)}
      rowKey={({ id }) => id}
      columns={[
        { key: "document", title: t("document"), cell: (row) => <DocumentLink {...row} /> },
        { key: "found", title: t("found"), figure: true, cell: ({ found }) => format.count(found) },
        { key: "cited", title: t("cited"), figure: true, cell: ({ cited }) => format.count(cited) },
        { key: "opened", title: t("opened"), figure: true, cell: ({ clicked }) => format.count(clicked) },
        {
          key: "fits",
          title: t("fits"),
          figure: true,
          cell: ({ relevant, irrelevant }) =>
            t("fitsFigures", { good: format.count(relevant), bad: format.count(irrelevant) }),
        },
      ]}
    />
  );
}

/** Documents that no search found: oldest first, they are the likeliest to be out of date. */
export function UnusedCard() {
  const t = useText(insightMessages);
  const format = useFormat();
  return (
    <ReportCard
      name="unused"
      title={t("unused")}
      note={t("kept")}
      empty={t("nothingUnused")}
      load={(client, orgId, signal) => loadDocumentUse(client, orgId, { used: false, limit: SHOWN }, signal)}
      rowKey={({ id }) => id}
      columns={[
        { key: "document", title: t("document"), cell: (row) => <DocumentLink {...row} /> },
        { key: "changed", title: t("changed"), cell: ({ updatedAt }) => format.moment(updatedAt) },
      ]}
    />
  );
}

function DocumentLink({ id, name }: { id: string; name: string }) {
  const { path } = useOrganization();
  return <Link to={path(`/knowledge/documents/${id}`)}>{name}</Link>;
}

/** Tags of documents and how they are used. */
export function TagsCard() {
  const t = useText(insightMessages);
  const format = useFormat();
  return (
    <ReportCard
      name="tags"
      title={t("tags")}
      note={t("kept")}
      empty={t("noTags")}
      load={(client, orgId, signal) => loadTagUse(client, orgId, SHOWN, signal)}
      rowKey={({ tag }) => tag}
      columns={[
        { key: "tag", title: t("tag"), cell: ({ tag }) => tag },
        { key: "documents", title: t("documents"), figure: true, cell: ({ documents }) => format.count(documents) },
        { key: "unused", title: t("neverFound"), figure: true, cell: ({ unused }) => format.count(unused) },
        { key: "found", title: t("found"), figure: true, cell: ({ found }) => format.count(found) },
        { key: "opened", title: t("opened"), figure: true, cell: ({ clicked }) => format.count(clicked) },
      ]}
    />
  );
}
