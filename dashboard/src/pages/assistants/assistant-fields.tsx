import { useText } from "../../i18n/language.tsx";
import { useDatabaseText } from "../../i18n/use-database-text.ts";
import { LANGUAGE_NAMES, LANGUAGES } from "../../i18n/messages.ts";
import { Badge } from "../../ui/badge.tsx";
import { Card } from "../../ui/card.tsx";
import { CheckField, SelectField, TextArea, TextField } from "../../ui/field.tsx";
import { firstToolMessages } from "../tools/first-tool-messages.ts";
import { type AssistantDraft, mostOf } from "./assistant-form.ts";
import { assistantsMessages } from "./assistants-messages.ts";
import { ChoiceList } from "./choice-list.tsx";
import { fieldMessages } from "./field-messages.ts";
import type { Choices } from "./use-choices.ts";

interface AssistantFieldsProps {
  /** Of the assistant that is changed, which cannot hand over to itself; null: a new one. */
  id: string | null;
  draft: AssistantDraft;
  wrong: ReadonlySet<keyof AssistantDraft>;
  choices: Choices;
  onChange: (part: Partial<AssistantDraft>) => void;
}

/** Everything an assistant is configured by. */
export function AssistantFields(props: AssistantFieldsProps) {
  return (
    <>
      <div className="grid-two grid-start">
        <WhoCard {...props} />
        <div className="stack">
          <AnswerCard {...props} />
          <SharingCard {...props} />
        </div>
      </div>
      <AbilityCard {...props} />
    </>
  );
}

function WhoCard({ draft, wrong, onChange }: AssistantFieldsProps) {
  const t = useText(fieldMessages);
  const problem = (key: keyof AssistantDraft) => wrong.has(key) ? t("problem") : null;
  return (
    <Card title={t("who")}>
      <TextField
        label={t("name")}
        value={draft.name}
        maxLength={100}
        required
        problem={draft.name === "" ? null : problem("name")}
        onChange={(event) => onChange({ name: event.target.value })}
      />
      <TextField
        label={t("description")}
        value={draft.description}
        problem={problem("description")}
        onChange={(event) => onChange({ description: event.target.value })}
      />
      <TextArea
        label={t("personality")}
        hint={t("personalityHint")}
        rows={3}
        value={draft.personality}
        problem={problem("personality")}
        onChange={(event) => onChange({ personality: event.target.value })}
      />
      <TextArea
        label={t("instructions")}
        hint={t("instructionsHint")}
        rows={8}
        value={draft.instructions}
        problem={problem("instructions")}
        onChange={(event) => onChange({ instructions: event.target.value })}
      />
      <TextField
        label={t("tags")}
        hint={t("tagsHint")}
        value={draft.tags}
        problem={problem("tags")}
        onChange={(event) => onChange({ tags: event.target.value })}
      />
    </Card>
  );
}

function AnswerCard({ draft, wrong, choices, onChange }: AssistantFieldsProps) {
  const t = useText(fieldMessages);
  const known = draft.model === null || choices.models.includes(draft.model)
    ? choices.models
    : [draft.model, ...choices.models];
  return (
    <Card title={t("model_section")}>
      <SelectField
        label={t("model")}
        value={draft.model ?? ""}
        onChange={(event) => onChange({ model: event.target.value || null })}
      >
        <option value="">{t("modelPolicy")}</option>
        {known.map((model) => <option key={model}>{model}</option>)}
      </SelectField>
      <SelectField
        label={t("importance")}
        value={draft.importance}
        onChange={(event) => onChange({ importance: event.target.value as AssistantDraft["importance"] })}
      >
        {(["low", "medium", "high"] as const).map((each) => <option key={each} value={each}>{t(each)}</option>)}
      </SelectField>
      <div className="fields">
        <TextField
          label={t("temperature")}
          hint={t("temperatureHint")}
          inputMode="decimal"
          value={draft.temperature}
          problem={wrong.has("temperature") ? t("between", { least: 0, most: 2 }) : null}
          onChange={(event) => onChange({ temperature: event.target.value })}
        />
        <TextField
          label={t("max_output_tokens")}
          inputMode="numeric"
          value={draft.max_output_tokens}
          problem={wrong.has("max_output_tokens") ? t("between", { least: 1, most: 16_000 }) : null}
          onChange={(event) => onChange({ max_output_tokens: event.target.value })}
        />
      </div>
      <ChoiceList
        legend={t("languages")}
        hint={t("languagesHint")}
        options={LANGUAGES.map((value) => ({ value, title: LANGUAGE_NAMES[value] }))}
        chosen={draft.languages}
        onChange={(languages) => onChange({ languages })}
      />
    </Card>
  );
}

function AbilityCard({ id, draft, wrong, choices, onChange }: AssistantFieldsProps) {
  const t = useText(fieldMessages);
  const words = useDatabaseText(firstToolMessages);
  return (
    <Card title={t("abilities")}>
      <ChoiceList
        legend={t("tools")}
        hint={t("toolsHint")}
        options={choices.tools.map(({ name, title, writes, enabled }) => ({
          value: name,
          title: (
            <span className="badges">
              {words(title)} {writes && <Badge tone="warning">{t("writes")}</Badge>}{" "}
              {!enabled && <Badge>{t("off")}</Badge>}
            </span>
          ),
        }))}
        chosen={draft.tools}
        onChange={(tools) => onChange({ tools })}
      />
      <ChoiceList
        legend={t("knowledge_bases")}
        hint={t("basesHint")}
        options={choices.bases.map(({ base_id, name }) => ({ value: base_id, title: name }))}
        chosen={draft.knowledge_bases}
        onChange={(knowledge_bases) => onChange({ knowledge_bases })}
      />
      <ChoiceList
        legend={t("hand_off_to")}
        options={choices.colleagues.filter((each) => each.id !== id).map(({ id: value, name }) => ({
          value,
          title: name,
        }))}
        chosen={draft.hand_off_to}
        onChange={(hand_off_to) => onChange({ hand_off_to })}
      />
      <SelectField
        label={t("mode")}
        value={draft.mode}
        onChange={(event) => onChange({ mode: event.target.value as AssistantDraft["mode"] })}
      >
        {(["chat", "agent"] as const).map((each) => <option key={each} value={each}>{t(`mode_${each}`)}</option>)}
      </SelectField>
      <div className="fields">
        <TextField
          label={t("max_steps")}
          inputMode="numeric"
          value={draft.max_steps}
          problem={wrong.has("max_steps") ? t("between", { least: 1, most: mostOf(draft.mode).steps }) : null}
          onChange={(event) => onChange({ max_steps: event.target.value })}
        />
        <TextField
          label={t("max_seconds")}
          inputMode="numeric"
          value={draft.max_seconds}
          problem={wrong.has("max_seconds") ? t("between", { least: 5, most: mostOf(draft.mode).seconds }) : null}
          onChange={(event) => onChange({ max_seconds: event.target.value })}
        />
        <TextField
          label={t("max_cost_usd")}
          hint={t("max_cost_usdHint")}
          inputMode="decimal"
          value={draft.max_cost_usd}
          problem={wrong.has("max_cost_usd") ? t("problem") : null}
          onChange={(event) => onChange({ max_cost_usd: event.target.value })}
        />
      </div>
    </Card>
  );
}

function SharingCard({ draft, onChange }: AssistantFieldsProps) {
  const t = useText(fieldMessages);
  const words = useText(assistantsMessages);
  return (
    <Card title={t("sharing")}>
      <SelectField
        label={t("status")}
        value={draft.status}
        onChange={(event) => onChange({ status: event.target.value as AssistantDraft["status"] })}
      >
        {(["draft", "active", "inactive"] as const).map((each) => (
          <option key={each} value={each}>{words(`status_${each}`)}</option>
        ))}
      </SelectField>
      <SelectField
        label={t("visibility")}
        value={draft.visibility}
        onChange={(event) => onChange({ visibility: event.target.value as AssistantDraft["visibility"] })}
      >
        {(["private", "organization", "public"] as const).map((each) => (
          <option key={each} value={each}>{words(`visibility_${each}`)}</option>
        ))}
      </SelectField>
      <CheckField
        label={t("is_template")}
        checked={draft.is_template}
        onChange={(event) => onChange({ is_template: event.target.checked })}
      />
    </Card>
  );
}
