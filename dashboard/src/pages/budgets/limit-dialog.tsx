import { useState } from "react";
import { type Limit, LIMIT_SCOPES, saveRow } from "../../api/limits.ts";
import { readInput } from "../../format/read-input.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { useProject } from "../../session/project.tsx";
import { ChangeDialog } from "../../ui/change-dialog.tsx";
import { differences } from "../../ui/change-list.tsx";
import { CheckField, TextField } from "../../ui/field.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { budgetsMessages } from "./budgets-messages.ts";
import { ScopeFields } from "./scope-fields.tsx";
import { useScopeName } from "./use-scope-name.ts";

const FIGURES = [["requests_per_minute", "rpm"], ["tokens_per_minute", "tpm"], [
  "concurrent_requests",
  "concurrent",
]] as const;

type FigureTexts = Record<typeof FIGURES[number][0], string>;

/** Makes or changes a limit. */
export function LimitDialog(
  { limit, onClose, onSaved }: { limit: Limit | null; onClose: () => void; onSaved: () => void },
) {
  const t = useText(budgetsMessages);
  const ui = useText(uiMessages);
  const format = useFormat();
  const { client } = useProject();
  const { orgId } = useOrganization();
  const scopeName = useScopeName();
  const [scope, setScope] = useState<Limit["scope"]>(limit?.scope ?? "user");
  const [scopeKey, setScopeKey] = useState(limit?.scope_key ?? "");
  const [active, setActive] = useState(limit?.active ?? true);
  const [texts, setTexts] = useState<FigureTexts>({
    requests_per_minute: limit?.requests_per_minute?.toString() ?? "",
    tokens_per_minute: limit?.tokens_per_minute?.toString() ?? "",
    concurrent_requests: limit?.concurrent_requests?.toString() ?? "",
  });
  const read = (name: keyof FigureTexts) => readInput(texts[name]);
  const wrong = (name: keyof FigureTexts) => {
    const value = read(name);
    return value === undefined || (value !== null && (value < 0 || !Number.isInteger(value)));
  };
  const limitsNothing = FIGURES.every(([name]) => read(name) === null);
  const written = (value: number | null | undefined) =>
    value === null || value === undefined ? t("noLimit") : format.number(value);
  const values: Omit<Limit, "id"> = {
    scope,
    scope_key: scope === "organization" || scopeKey.trim() === "" ? null : scopeKey.trim(),
    requests_per_minute: read("requests_per_minute") ?? null,
    tokens_per_minute: read("tokens_per_minute") ?? null,
    concurrent_requests: read("concurrent_requests") ?? null,
    active,
  };
  const changes = differences([
    {
      name: t("scope"),
      before: limit ? scopeName(limit.scope, limit.scope_key) : "",
      after: scopeName(values.scope, values.scope_key),
    },
    ...FIGURES.map(([name, title]) => ({
      name: t(title),
      before: limit ? written(limit[name]) : "",
      after: written(values[name]),
    })),
    { name: t("active"), before: limit ? ui(limit.active ? "yes" : "no") : "", after: ui(active ? "yes" : "no") },
  ]);
  return (
    <ChangeDialog
      title={t(limit === null ? "newLimit" : "editLimit")}
      changes={changes}
      valid={!limitsNothing && !FIGURES.some(([name]) => wrong(name))}
      confirmWords={limit === null ? t("create") : ui("save")}
      save={() => saveRow(client, "ai_limits", { orgId, id: limit?.id ?? null, values })}
      onClose={onClose}
      onSaved={onSaved}
    >
      <ScopeFields
        scopes={LIMIT_SCOPES}
        scope={scope}
        scopeKey={scopeKey}
        onChange={(nextScope, nextKey) => {
          setScope(nextScope);
          setScopeKey(nextKey);
        }}
      />
      <div className="fields">
        {FIGURES.map(([name, title]) => (
          <TextField
            key={name}
            label={t(title)}
            inputMode="numeric"
            placeholder={t("noLimit")}
            value={texts[name]}
            problem={wrong(name) ? t("whole") : null}
            onChange={(event) => setTexts({ ...texts, [name]: event.target.value })}
          />
        ))}
      </div>
      {limitsNothing && <p className="field-problem" role="alert">{t("oneFigure")}</p>}
      <CheckField label={t("active")} checked={active} onChange={(event) => setActive(event.target.checked)} />
    </ChangeDialog>
  );
}
