import { type AuditEntry, checkAudit, loadAudit } from "../../api/audit.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { usePersonName } from "../../organization/people.ts";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { usePages } from "../../query/use-pages.ts";
import { useQuery } from "../../query/use-query.ts";
import { changeSearch, usePlace } from "../../routing/location.ts";
import { useProject } from "../../session/project.tsx";
import { Badge, type Tone } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { SelectField } from "../../ui/field.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { auditMessages } from "./audit-messages.ts";

const PAGE_SIZE = 50;

/** Tables whose changes an organization's chain holds. */
const SUBJECTS = [
  "organizations",
  "organization_members",
  "ai_budgets",
  "ai_limits",
  "ai_settings",
  "ai_keys",
  "ai_policies",
  "ai_prompts",
  "ai_experiments",
  "ai_alert_rules",
  "ai_cost_inputs",
  "ai_model_prices",
  "ai_models",
  "ai_providers",
] as const;

const TONES: Readonly<Record<AuditEntry["action"], Tone>> = {
  insert: "good",
  update: "accent",
  delete: "bad",
  recompute: "warning",
};

/** Who changed what in the organization. */
export default function AuditPage() {
  const t = useText(auditMessages);
  const ui = useText(uiMessages);
  const { client } = useProject();
  const { orgId } = useOrganization();
  const subject = SUBJECTS.find((each) => each === usePlace().search.get("subject")) ?? "";
  const entries = usePages<AuditEntry>(
    `audit/${orgId}/${subject}`,
    PAGE_SIZE,
    (after, signal) => loadAudit(client, orgId, { subject, before: after?.seq ?? null, limit: PAGE_SIZE }, signal),
  );
  return (
    <>
      <PageHeader title={t("title")} note={t("note")} />
      <ChainCheck />
      <div className="filters">
        <SelectField
          label={t("subject")}
          value={subject}
          onChange={(event) => changeSearch({ subject: event.target.value })}
        >
          <option value="">{ui("all")}</option>
          {SUBJECTS.map((each) => <option key={each}>{each}</option>)}
        </SelectField>
      </div>
      <QueryView
        query={entries}
        isEmpty={(rows) => rows.length === 0}
        empty={<EmptyState icon="audit" title={t("empty")} />}
      >
        {(rows) => (
          <div className="card">
            <AuditTable rows={rows} />
            {entries.more && (
              <Button className="more" onClick={entries.loadMore} busy={entries.loadingMore}>{ui("more")}</Button>
            )}
          </div>
        )}
      </QueryView>
    </>
  );
}

function ChainCheck() {
  const t = useText(auditMessages);
  const { client } = useProject();
  const { orgId } = useOrganization();
  const check = useQuery(`audit-check/${orgId}`, (signal) => checkAudit(client, orgId, signal));
  return (
    <QueryView query={check} placeholder={<span />}>
      {(problems) =>
        problems.length === 0
          ? (
            <p>
              <Badge tone="good">{t("sound")}</Badge>
            </p>
          )
          : (
            <div className="notice notice-warning" role="alert">
              <strong>{t("broken")}</strong>
              <ul>
                {problems.map(({ seq, problem }) => <li key={`${seq}${problem}`}>{t("entry", { seq, problem })}</li>)}
              </ul>
            </div>
          )}
    </QueryView>
  );
}

function AuditTable({ rows }: { rows: readonly AuditEntry[] }) {
  const t = useText(auditMessages);
  const format = useFormat();
  const person = usePersonName();
  return (
    <DataTable
      caption={t("title")}
      rows={rows}
      rowKey={({ seq }) => String(seq)}
      columns={[
        { key: "seq", title: t("number"), cell: ({ seq, hash }) => <span title={hash}>{seq}</span> },
        {
          key: "when",
          title: t("when"),
          cell: ({ happened_at }) => <span className="nowrap">{format.moment(happened_at, true)}</span>,
        },
        {
          key: "who",
          title: t("who"),
          cell: ({ actor_id, actor_role }) => actor_id === null ? actor_role : person(actor_id),
        },
        { key: "action", title: t("action"), cell: ({ action }) => <Badge tone={TONES[action]}>{t(action)}</Badge> },
        { key: "subject", title: t("subject"), cell: ({ subject }) => <code>{subject}</code> },
        { key: "values", title: t("values"), cell: (entry) => <Values entry={entry} /> },
      ]}
    />
  );
}

/** What an entry says of each column; of what was made or deleted only what tells something. */
function Values({ entry: { old_values, new_values, subject_key } }: { entry: AuditEntry }) {
  const names = [...new Set([...Object.keys(old_values ?? {}), ...Object.keys(new_values ?? {})])]
    .filter((name) => !(name in subject_key) && name !== "created_at" && name !== "updated_at");
  const write = (value: unknown) =>
    value === null || value === undefined ? "–" : typeof value === "string" ? value : JSON.stringify(value);
  return (
    <ul className="audit-values">
      {names.filter((name) => write(old_values?.[name]) !== write(new_values?.[name])).map((name) => (
        <li key={name}>
          <code>{name}</code> {old_values !== null && <span className="diff-before">{write(old_values[name])}</span>}
          {" "}
          {new_values !== null && <span className="diff-after">{write(new_values[name])}</span>}
        </li>
      ))}
    </ul>
  );
}
