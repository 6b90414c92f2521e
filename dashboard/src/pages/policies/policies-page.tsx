import { useState } from "react";
import { activatePolicy, loadPolicies, type Policy, retirePolicy } from "../../api/policies.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { useQuery } from "../../query/use-query.ts";
import { usePlace } from "../../routing/location.ts";
import { useProject } from "../../session/project.tsx";
import { Badge } from "../../ui/badge.tsx";
import { ChangeDialog } from "../../ui/change-dialog.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { useNotice } from "../../ui/notice.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { RowButton } from "../../ui/row-button.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { type Version, versionChanges, VersionDialog } from "../../ui/version-dialog.tsx";
import { STATUS_TONES } from "../prompts/prompts-page.tsx";
import { filterPolicies, readFilter } from "./filter-policies.ts";
import { policiesMessages } from "./policies-messages.ts";
import { PolicyDialog } from "./policy-dialog.tsx";
import { PolicyFilters } from "./policy-filters.tsx";
import { policyText } from "./policy-text.ts";
import { SimulationDialog } from "./simulation-dialog.tsx";

/** What is open above the list. */
type Opened = { kind: "read" | "copy" | "simulate" | "activate" | "retire"; policy: Policy } | null;

/** Which models answer a task, in which order, and what happens to a weak answer. */
export default function PoliciesPage() {
  const t = useText(policiesMessages);
  const { client } = useProject();
  const { orgId } = useOrganization();
  const say = useNotice();
  const filter = readFilter(usePlace().search);
  const [opened, setOpened] = useState<Opened>(null);
  const policies = useQuery(`policies/${orgId}`, (signal) => loadPolicies(client, orgId, signal));
  const close = () => setOpened(null);
  const siblings = ({ id, task }: Policy) =>
    (policies.data ?? []).filter((each) => each.task === task && each.id !== id);
  const versionOf = (policy: Policy): Version => ({
    id: policy.id,
    label: `${t(policy.org_id === null ? "platform" : "own")} ${policy.version} (${t(policy.status)})`,
    texts: [{ name: t("values"), text: policyText(policy) }],
  });
  // What counts until then: the organization's own, else the platform's.
  const changesOf = (policy: Policy) => {
    const active = siblings(policy).filter(({ status }) => status === "active");
    const before = active.find(({ org_id }) => org_id !== null) ?? active[0];
    return before === undefined ? [] : versionChanges(versionOf(before), versionOf(policy));
  };
  const saved = () => {
    say(t("saved"));
    policies.reload();
  };
  const task = opened?.policy.task ?? t("everyTask");
  return (
    <>
      <PageHeader title={t("title")} note={t("note")} />
      <PolicyFilters policies={policies.data ?? []} filter={filter} />
      <QueryView
        query={policies}
        isEmpty={(rows) => filterPolicies(rows, filter).length === 0}
        empty={<EmptyState icon="policies" title={t("nothing")} />}
      >
        {(rows) => <PolicyTable rows={filterPolicies(rows, filter)} onOpen={setOpened} />}
      </QueryView>
      {opened?.kind === "read" && (
        <VersionDialog
          title={`${task} ${opened.policy.version}`}
          version={versionOf(opened.policy)}
          others={siblings(opened.policy).map(versionOf)}
          onClose={close}
        />
      )}
      {opened?.kind === "simulate" && <SimulationDialog policy={opened.policy} onClose={close} />}
      {opened?.kind === "copy" && <PolicyDialog policy={opened.policy} onClose={close} onSaved={saved} />}
      {opened?.kind === "activate" && (
        <ChangeDialog
          title={t(opened.policy.status === "retired" ? "goBackAsk" : "activateAsk", {
            task,
            version: opened.policy.version,
          })}
          changes={changesOf(opened.policy)}
          valid
          warning={t("activateText")}
          confirmWords={t("activate")}
          save={() => activatePolicy(client, orgId, opened.policy)}
          onClose={close}
          onSaved={saved}
        />
      )}
      {opened?.kind === "retire" && (
        <ChangeDialog
          title={t("retireAsk", { task })}
          changes={[]}
          valid
          danger
          warning={t("retireText")}
          confirmWords={t("retire")}
          save={() => retirePolicy(client, orgId, opened.policy.task)}
          onClose={close}
          onSaved={saved}
        />
      )}
    </>
  );
}

function PolicyTable({ rows, onOpen }: { rows: readonly Policy[]; onOpen: (opened: Opened) => void }) {
  const t = useText(policiesMessages);
  const ui = useText(uiMessages);
  const format = useFormat();
  const { can } = useOrganization();
  const button = (policy: Policy, kind: "read" | "copy" | "simulate" | "activate" | "retire") => (
    <RowButton
      row={`${policy.task ?? t("everyTask")} ${policy.version}`}
      onClick={() => onOpen({ kind, policy })}
    >
      {t(kind)}
    </RowButton>
  );
  const actions = (policy: Policy) => (
    <span className="row-actions">
      {button(policy, "read")}
      {can("manager") && button(policy, "simulate")}
      {can("admin") && button(policy, "copy")}
      {can("admin") && policy.org_id !== null && button(policy, policy.status === "active" ? "retire" : "activate")}
    </span>
  );
  return (
    <div className="card">
      <DataTable
        caption={t("title")}
        rows={rows}
        rowKey={({ id }) => id}
        columns={[
          { key: "task", title: t("task"), cell: ({ task }) => task ?? t("everyTask") },
          {
            key: "owner",
            title: t("owner"),
            cell: ({ org_id }) => (
              <Badge tone={org_id === null ? "neutral" : "accent"}>{t(org_id === null ? "platform" : "own")}</Badge>
            ),
          },
          {
            key: "version",
            title: t("version"),
            cell: ({ version, status }) => (
              <span className="nowrap">
                {version} <Badge tone={STATUS_TONES[status]}>{t(status)}</Badge>
              </span>
            ),
          },
          {
            key: "tiers",
            title: t("tiers"),
            minor: true,
            cell: ({ base_tier, max_tier }) => (
              <span className="nowrap">{base_tier === max_tier ? base_tier : `${base_tier} → ${max_tier}`}</span>
            ),
          },
          {
            key: "escalates",
            title: t("escalates"),
            figure: true,
            minor: true,
            cell: ({ escalate_below }) => format.number(escalate_below),
          },
          { key: "actions", title: ui("actions"), figure: true, cell: actions },
        ]}
      />
    </div>
  );
}
