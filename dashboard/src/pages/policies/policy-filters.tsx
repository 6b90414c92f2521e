import type { Policy } from "../../api/policies.ts";
import { useText } from "../../i18n/language.tsx";
import { changeSearch } from "../../routing/location.ts";
import { SelectField } from "../../ui/field.tsx";
import { EVERY_TASK, POLICY_STATUSES, type PolicyFilter, tasksOf } from "./filter-policies.ts";
import { policiesMessages } from "./policies-messages.ts";

/** What the list of policies shows; kept in the address. */
export function PolicyFilters({ policies, filter }: { policies: readonly Policy[]; filter: PolicyFilter }) {
  const t = useText(policiesMessages);
  return (
    <div className="filters">
      <SelectField
        label={t("task")}
        value={filter.task ?? ""}
        onChange={(event) => changeSearch({ task: event.target.value || null })}
      >
        <option value="">{t("all")}</option>
        {tasksOf(policies).map((task) => (
          <option key={task} value={task}>{task === EVERY_TASK ? t("everyTask") : task}</option>
        ))}
      </SelectField>
      <SelectField
        label={t("status")}
        value={filter.status ?? ""}
        onChange={(event) => changeSearch({ status: event.target.value || null })}
      >
        <option value="">{t("current")}</option>
        {POLICY_STATUSES.map((status) => <option key={status} value={status}>{t(status)}</option>)}
      </SelectField>
      <SelectField
        label={t("owner")}
        value={filter.owner ?? ""}
        onChange={(event) => changeSearch({ owner: event.target.value || null })}
      >
        <option value="">{t("all")}</option>
        <option value="platform">{t("platform")}</option>
        <option value="own">{t("own")}</option>
      </SelectField>
    </div>
  );
}
