import { useText } from "../../i18n/language.tsx";
import { usePeople } from "../../organization/people.ts";
import { SelectField, TextField } from "../../ui/field.tsx";
import { useKnownNames } from "../requests/use-known-names.ts";
import { budgetsMessages } from "./budgets-messages.ts";
import { useKeys } from "./use-scope-name.ts";

interface ScopeFieldsProps<Scope extends string> {
  scopes: readonly Scope[];
  scope: Scope;
  scopeKey: string;
  onChange: (scope: Scope, scopeKey: string) => void;
}

/** Chooses what a budget or limit is for: a kind, and one of it or every one. */
export function ScopeFields<Scope extends string>({ scopes, scope, scopeKey, onChange }: ScopeFieldsProps<Scope>) {
  const t = useText(budgetsMessages);
  const choices = useChoices(scope);
  return (
    <div className="fields">
      <SelectField label={t("scope")} value={scope} onChange={(event) => onChange(event.target.value as Scope, "")}>
        {scopes.map((each) => <option key={each} value={each}>{t(`scope_${each}` as "scope_user")}</option>)}
      </SelectField>
      {scope !== "organization" && (choices === null
        ? (
          <TextField
            label={t("which")}
            value={scopeKey}
            hint={scope === "subject" ? t("subjectHint") : undefined}
            placeholder={t("every")}
            onChange={(event) => onChange(scope, event.target.value)}
          />
        )
        : (
          <SelectField label={t("which")} value={scopeKey} onChange={(event) => onChange(scope, event.target.value)}>
            <option value="">{t("every")}</option>
            {choices.map(([value, name]) => <option key={value} value={value}>{name}</option>)}
          </SelectField>
        ))}
    </div>
  );
}

/** What there is to choose from; null where anything may be typed. */
function useChoices(scope: string): (readonly [value: string, name: string])[] | null {
  const { data: people } = usePeople();
  const { data: keys } = useKeys();
  const { tasks, providers } = useKnownNames();
  if (scope === "user") return (people ?? []).map(({ user_id, email }) => [user_id, email ?? user_id]);
  if (scope === "key") return (keys ?? []).map(({ id, name }) => [id, name]);
  if (scope === "task") return tasks.map((task) => [task, task]);
  if (scope === "provider") return providers.map((provider) => [provider, provider]);
  return null;
}
