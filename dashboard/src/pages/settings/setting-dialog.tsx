import { useState } from "react";
import { setSetting, type SettingScope, unsetSetting } from "../../api/settings.ts";
import { useText } from "../../i18n/language.tsx";
import { useDatabaseText } from "../../i18n/use-database-text.ts";
import { useOrganization } from "../../organization/organization.tsx";
import { useProject } from "../../session/project.tsx";
import { useSession } from "../../session/session.tsx";
import { ChangeDialog } from "../../ui/change-dialog.tsx";
import { differences } from "../../ui/change-list.tsx";
import { CheckField, SelectField, TextArea, TextField } from "../../ui/field.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { settingDescriptions } from "./setting-descriptions.ts";
import { choicesOf, editedText, parseValue, writeValue } from "./setting-value.ts";
import { settingsMessages } from "./settings-messages.ts";
import type { Setting } from "./use-settings.ts";

interface SettingDialogProps {
  setting: Setting;
  /** Where this user may write it; at least one. */
  scopes: readonly ("organization" | "user")[];
  onClose: () => void;
  onSaved: () => void;
}

/** Changes a setting at one scope, or takes its value away there. */
export function SettingDialog({ setting, scopes, onClose, onSaved }: SettingDialogProps) {
  const t = useText(settingsMessages);
  const ui = useText(uiMessages);
  const { client } = useProject();
  const { orgId } = useOrganization();
  const { user } = useSession();
  const describe = useDatabaseText(settingDescriptions);
  const { definition, effective } = setting;
  const [scope, setScope] = useState(scopes[0] ?? "organization");
  const stored = scope === "organization" ? setting.ofOrganization : setting.ofUser;
  const [text, setText] = useState(editedText(definition, stored?.value ?? effective.value));
  const [reset, setReset] = useState(false);

  const value = parseValue(definition, text);
  const problem = !reset && value === undefined ? t("problem", { type: definition.type }) : null;
  const target: SettingScope = scope === "organization" ? { org: orgId } : { user: user.id };
  const version = stored?.version ?? 0;
  const changes = differences([{
    name: t(scope === "organization" ? "scopeOrganization" : "scopeUser"),
    before: stored === null ? t("none") : writeValue(stored.value),
    after: reset ? t("none") : writeValue(value),
  }]);
  const choose = (next: "organization" | "user") => {
    setScope(next);
    setReset(false);
    const there = next === "organization" ? setting.ofOrganization : setting.ofUser;
    setText(editedText(definition, there?.value ?? effective.value));
  };
  return (
    <ChangeDialog
      title={t("edit", { key: definition.key })}
      changes={changes}
      valid={problem === null}
      confirmWords={ui("save")}
      save={() =>
        reset
          ? unsetSetting(client, definition.key, target, version)
          : setSetting(client, definition.key, value, target, version)}
      onClose={onClose}
      onSaved={onSaved}
    >
      <p>{describe(definition.description)}</p>
      {definition.merge !== "replace" && <p className="field-hint">{t("merged", { merge: definition.merge })}</p>}
      {scopes.length > 1 && (
        <SelectField
          label={t("scope")}
          value={scope}
          onChange={(event) => choose(event.target.value as typeof scope)}
        >
          {scopes.map((each) => (
            <option key={each} value={each}>{t(each === "organization" ? "scopeOrganization" : "scopeUser")}</option>
          ))}
        </SelectField>
      )}
      {!reset && <ValueField setting={setting} text={text} problem={problem} onChange={setText} />}
      {stored !== null && (
        <CheckField
          label={t("reset")}
          checked={reset}
          onChange={(event) => setReset(event.target.checked)}
        />
      )}
    </ChangeDialog>
  );
}

interface ValueFieldProps {
  setting: Setting;
  text: string;
  problem: string | null;
  onChange: (text: string) => void;
}

/** The field that fits a setting's type. */
function ValueField({ setting: { definition }, text, problem, onChange }: ValueFieldProps) {
  const t = useText(settingsMessages);
  const choices = choicesOf(definition);
  const bounds = ["minimum", "maximum", "formatMinimum", "formatMaximum"]
    .flatMap((name) =>
      definition.schema[name] === undefined
        ? []
        : [`${name.toLowerCase().replace("format", "")} ${definition.schema[name]}`]
    )
    .join(", ");
  const hint = [definition.type, bounds].filter((part) => part !== "").join(": ");
  if (choices !== null) {
    return (
      <SelectField
        label={t("value")}
        value={text}
        problem={problem}
        onChange={(event) => onChange(event.target.value)}
      >
        {!choices.includes(text) && <option value={text}>{text}</option>}
        {choices.map((choice) => <option key={choice}>{choice}</option>)}
      </SelectField>
    );
  }
  if (definition.type === "object" || definition.type === "array") {
    return (
      <TextArea
        label={t("value")}
        hint={hint}
        rows={8}
        spellCheck={false}
        value={text}
        problem={problem}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  }
  return (
    <TextField
      label={t("value")}
      hint={hint}
      inputMode={definition.type === "integer" || definition.type === "number" ? "decimal" : undefined}
      value={text}
      problem={problem}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
