import type { Conversation } from "../../api/conversations.ts";
import { useText } from "../../i18n/language.tsx";
import { chatMessages } from "./chat-messages.ts";
import type { Assistants } from "./use-assistants.ts";

interface AssistantPickerProps {
  assistants: Assistants;
  /** Null before there is one. */
  conversation: Conversation | null;
  chosen: string | null;
  onChoose: (id: string | null) => void;
}

/** Who answers what is said next. */
export function AssistantPicker({ assistants, conversation, chosen, onChoose }: AssistantPickerProps) {
  const t = useText(chatMessages);
  const current = conversation === null ? assistants.preferred : assistants.find(conversation.assistant_id);
  const others = assistants.usable.filter(({ id }) => id !== current?.id);
  return (
    <select
      className="select-quiet"
      aria-label={t("assistant")}
      value={chosen ?? ""}
      onChange={(event) => onChoose(event.target.value || null)}
    >
      <option value="">{current?.name ?? t("plain")}</option>
      {others.map(({ id, name, status }) => (
        <option key={id} value={id}>{status === "draft" ? t("draft", { name }) : name}</option>
      ))}
    </select>
  );
}
