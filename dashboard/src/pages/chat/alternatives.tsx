import type { Message } from "../../api/conversations.ts";
import { useText } from "../../i18n/language.tsx";
import { changeSearch } from "../../routing/location.ts";
import { Button } from "../../ui/button.tsx";
import { chatMessages } from "./chat-messages.ts";

interface AlternativesProps {
  message: Message;
  /** Ids of the messages that could stand here, itself among them. */
  alternatives: readonly string[];
}

/** Which of several messages at one place is in sight, and the way to the others. */
export function Alternatives({ message, alternatives }: AlternativesProps) {
  const t = useText(chatMessages);
  if (alternatives.length < 2) return null;
  const place = alternatives.indexOf(message.id);
  const step = (by: number) => changeSearch({ message: alternatives[place + by] ?? null });
  return (
    <span className="alternatives" role="group" aria-label={t("versions")}>
      <Button
        className="to-before"
        look="quiet"
        icon="chevron"
        aria-label={t("versionBefore")}
        disabled={place === 0}
        onClick={() => step(-1)}
      />
      {place + 1}/{alternatives.length}
      <Button
        className="to-after"
        look="quiet"
        icon="chevron"
        aria-label={t("versionAfter")}
        disabled={place === alternatives.length - 1}
        onClick={() => step(1)}
      />
    </span>
  );
}
