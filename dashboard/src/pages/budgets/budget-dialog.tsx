import { useState } from "react";
import type { BudgetStatus } from "../../api/budgets.ts";
import { type Budget, BUDGET_SCOPES, COUNTERS, PERIODS, saveRow } from "../../api/limits.ts";
import { readInput } from "../../format/read-input.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { useProject } from "../../session/project.tsx";
import { ChangeDialog } from "../../ui/change-dialog.tsx";
import { differences } from "../../ui/change-list.tsx";
import { CheckField, SelectField, TextField } from "../../ui/field.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { budgetsMessages } from "./budgets-messages.ts";
import { ScopeFields } from "./scope-fields.tsx";
import { useScopeName } from "./use-scope-name.ts";

interface BudgetDialogProps {
  /** Null makes a new one. */
  budget: Budget | null;
  /** How the budget stands, to warn of a cap below what is used. */
  statuses: readonly BudgetStatus[];
  onClose: () => void;
  onSaved: () => void;
}

/** Makes or changes a budget. */
export function BudgetDialog({ budget, statuses, onClose, onSaved }: BudgetDialogProps) {
  const t = useText(budgetsMessages);
  const ui = useText(uiMessages);
  const format = useFormat();
  const { client } = useProject();
  const { orgId, currency } = useOrganization();
  const scopeName = useScopeName();
  const [scope, setScope] = useState<Budget["scope"]>(budget?.scope ?? "task");
  const [scopeKey, setScopeKey] = useState(budget?.scope_key ?? "");
  const [period, setPeriod] = useState<Budget["period"]>(budget?.period ?? "month");
  const [capText, setCapText] = useState(budget?.cap?.toString() ?? "");
  const [softText, setSoftText] = useState(budget?.soft_percent?.toString() ?? "");
  const [hard, setHard] = useState(budget?.hard ?? true);
  const [learned, setLearned] = useState(budget?.learned_bounds ?? false);
  const [counters, setCounters] = useState(budget?.counters ?? 1);
  const [active, setActive] = useState(budget?.active ?? true);

  const cap = readInput(capText);
  const soft = readInput(softText);
  const followsSetting = scope === "organization" && period === "month";
  const capProblem = cap === undefined || (cap !== null && cap < 0)
    ? t("notNegative")
    : cap === null && !followsSetting
    ? t("capNeeded")
    : null;
  const softProblem = soft === undefined || (soft !== null && (soft <= 0 || soft > 100)) ? t("percentProblem") : null;
  const values: Omit<Budget, "id"> = {
    scope,
    scope_key: scope === "organization" || scopeKey.trim() === "" ? null : scopeKey.trim(),
    period,
    cap: cap ?? null,
    hard,
    soft_percent: soft ?? null,
    learned_bounds: learned,
    counters,
    active,
  };
  const money = (amount: number | null | undefined) =>
    amount === null || amount === undefined ? t("bySetting") : format.money(amount);
  const flag = (value: boolean | undefined) => value === undefined ? "" : ui(value ? "yes" : "no");
  const changes = differences([
    {
      name: t("scope"),
      before: budget ? scopeName(budget.scope, budget.scope_key) : "",
      after: scopeName(values.scope, values.scope_key),
    },
    { name: t("period"), before: budget ? t(`period_${budget.period}`) : "", after: t(`period_${period}`) },
    { name: t("cap", { currency }), before: budget ? money(budget.cap) : "", after: money(values.cap) },
    {
      name: t("soft"),
      before: budget ? budget.soft_percent?.toString() ?? t("bySetting") : "",
      after: values.soft_percent?.toString() ?? t("bySetting"),
    },
    { name: t("hardWord"), before: flag(budget?.hard), after: flag(hard) },
    { name: t("learnedWord"), before: flag(budget?.learned_bounds), after: flag(learned) },
    { name: t("counters"), before: budget?.counters.toString() ?? "", after: counters.toString() },
    { name: t("active"), before: flag(budget?.active), after: flag(active) },
  ]);
  const exceeded = budget !== null && values.cap !== null && active &&
    statuses.some((each) => each.budgetId === budget.id && each.settled + each.held > (values.cap ?? 0));
  return (
    <ChangeDialog
      title={t(budget === null ? "newBudget" : "editBudget")}
      changes={changes}
      valid={capProblem === null && softProblem === null}
      warning={exceeded ? t("lowerWarning") : undefined}
      confirmWords={budget === null ? t("create") : ui("save")}
      save={() => saveRow(client, "ai_budgets", { orgId, id: budget?.id ?? null, values })}
      onClose={onClose}
      onSaved={onSaved}
    >
      <ScopeFields
        scopes={BUDGET_SCOPES}
        scope={scope}
        scopeKey={scopeKey}
        onChange={(nextScope, nextKey) => {
          setScope(nextScope);
          setScopeKey(nextKey);
        }}
      />
      <div className="fields">
        <SelectField
          label={t("period")}
          value={period}
          onChange={(event) => setPeriod(event.target.value as Budget["period"])}
        >
          {PERIODS.map((each) => <option key={each} value={each}>{t(`period_${each}`)}</option>)}
        </SelectField>
        <TextField
          label={t("cap", { currency })}
          inputMode="decimal"
          value={capText}
          hint={followsSetting ? t("capHint") : undefined}
          problem={capProblem}
          onChange={(event) => setCapText(event.target.value)}
        />
      </div>
      <TextField
        label={t("soft")}
        inputMode="decimal"
        value={softText}
        hint={t("softHint")}
        problem={softProblem}
        onChange={(event) => setSoftText(event.target.value)}
      />
      <CheckField label={t("hard")} checked={hard} onChange={(event) => setHard(event.target.checked)} />
      <CheckField
        label={t("learned")}
        hint={t("learnedHint")}
        checked={learned}
        onChange={(event) => setLearned(event.target.checked)}
      />
      <SelectField
        label={t("counters")}
        hint={t("countersHint")}
        value={counters}
        onChange={(event) => setCounters(Number(event.target.value))}
      >
        {COUNTERS.map((each) => <option key={each} value={each}>{each}</option>)}
      </SelectField>
      <CheckField label={t("active")} checked={active} onChange={(event) => setActive(event.target.checked)} />
    </ChangeDialog>
  );
}
