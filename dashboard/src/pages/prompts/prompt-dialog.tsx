import { useState } from "react";
import { createPrompt, type Prompt } from "../../api/prompts.ts";
import { readInput } from "../../format/read-input.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useProject } from "../../session/project.tsx";
import { ChangeDialog } from "../../ui/change-dialog.tsx";
import { differences } from "../../ui/change-list.tsx";
import { SelectField, TextArea, TextField } from "../../ui/field.tsx";
import { useKnownNames } from "../requests/use-known-names.ts";
import { promptsMessages } from "./prompts-messages.ts";

/** Writes a draft: the next version of a prompt, or a further variant of one. */
export function PromptDialog(
  { prompts, onClose, onSaved }: { prompts: readonly Prompt[]; onClose: () => void; onSaved: () => void },
) {
  const t = useText(promptsMessages);
  const { client } = useProject();
  const { orgId } = useOrganization();
  const { promptKeys } = useKnownNames();
  const [key, setKey] = useState(prompts[0]?.key ?? "");
  const [version, setVersion] = useState("");
  const [variant, setVariant] = useState("A");
  const [weightText, setWeightText] = useState("1");
  const chosen = key === "" ? promptKeys[0] ?? "" : key;
  // A new version begins with what counts now; null: nobody has typed yet.
  const now = prompts.find((each) => each.key === chosen && each.status === "active");
  const [typedSystem, setSystem] = useState<string | null>(null);
  const [typedTemplate, setTemplate] = useState<string | null>(null);
  const system = typedSystem ?? now?.system ?? "";
  const template = typedTemplate ?? now?.template ?? "";
  const weight = readInput(weightText);
  const hasText = system.trim() !== "" || template.trim() !== "";
  const weightFits = typeof weight === "number" && weight >= 0;
  const variantFits = /^[A-Z][A-Za-z0-9_-]{0,19}$/.test(variant);
  const valid = chosen !== "" && hasText && weightFits && variantFits;
  const versions = [
    ...new Set(prompts.filter((each) => each.key === chosen && each.status !== "retired").map((each) => each.version)),
  ];
  const built = now === undefined ? "" : t("builtIn");
  const changes = differences([
    { name: t("key"), before: "", after: chosen },
    { name: t("version"), before: "", after: `${version === "" ? t("nextVersion") : version} ${variant}` },
    { name: t("system"), before: now?.system ?? built, after: system.trim() || t("builtIn") },
    { name: t("template"), before: now?.template ?? built, after: template.trim() || t("builtIn") },
  ]);
  const save = () =>
    createPrompt(client, orgId, {
      key: chosen,
      system: system.trim(),
      template: template.trim(),
      variant,
      weight: weight ?? 1,
      version: version === "" ? null : Number(version),
    });
  return (
    <ChangeDialog
      title={t("create")}
      changes={changes}
      valid={valid}
      confirmWords={t("createText")}
      save={save}
      onClose={onClose}
      onSaved={onSaved}
    >
      <div className="fields">
        <SelectField
          label={t("key")}
          value={chosen}
          onChange={(event) => {
            setKey(event.target.value);
            setSystem(null);
            setTemplate(null);
          }}
        >
          {[...new Set([...promptKeys, ...prompts.map((each) => each.key)])].map((each) => (
            <option key={each}>{each}</option>
          ))}
        </SelectField>
        <SelectField label={t("ofVersion")} value={version} onChange={(event) => setVersion(event.target.value)}>
          <option value="">{t("nextVersion")}</option>
          {versions.map((each) => <option key={each}>{each}</option>)}
        </SelectField>
        <TextField
          label={t("variant")}
          value={variant}
          problem={variantFits ? null : t("variantProblem")}
          onChange={(event) => setVariant(event.target.value)}
        />
        <TextField
          label={t("weight")}
          inputMode="decimal"
          hint={t("weightHint")}
          value={weightText}
          problem={weightFits ? null : t("weightProblem")}
          onChange={(event) => setWeightText(event.target.value)}
        />
      </div>
      <TextArea
        label={t("system")}
        rows={6}
        value={system}
        problem={hasText ? null : t("oneText")}
        onChange={(event) => setSystem(event.target.value)}
      />
      <TextArea
        label={t("template")}
        rows={6}
        hint={t("templateHint")}
        value={template}
        onChange={(event) => setTemplate(event.target.value)}
      />
    </ChangeDialog>
  );
}
