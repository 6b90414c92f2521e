import { useText } from "../../i18n/language.tsx";
import { changeSearch } from "../../routing/location.ts";
import { Icon } from "../../ui/icon.tsx";
import { chatMessages } from "./chat-messages.ts";
import type { Assistants } from "./use-assistants.ts";

/** Most assistants offered before the first word. */
const OFFERED = 6;

/** What stands where nothing has been said yet: whom one can talk to, and how to begin. */
export function Welcome({ assistants, onAsk }: { assistants: Assistants; onAsk: (text: string) => void }) {
  const t = useText(chatMessages);
  const offered = assistants.usable.filter(({ status }) => status === "active").slice(0, OFFERED);
  return (
    <div className="chat-welcome">
      <span className="state-icon">
        <Icon name="chat" size={24} />
      </span>
      <p className="state-title">{t("welcome")}</p>
      {offered.length > 0 && (
        <ul className="offers">
          {offered.map(({ id, name, description }) => (
            <li key={id}>
              <button type="button" className="offer" onClick={() => changeSearch({ assistant: id })}>
                <strong>{name}</strong>
                <span className="row-note">{description || t("noDescription")}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <ul className="suggestions">
        {[t("suggestion1"), t("suggestion2"), t("suggestion3")].map((text) => (
          <li key={text}>
            <button type="button" className="suggestion" onClick={() => onAsk(text)}>{text}</button>
          </li>
        ))}
      </ul>
    </div>
  );
}
