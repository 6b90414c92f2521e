import { useText } from "../../i18n/language.tsx";
import { storyMessages } from "./story-messages.ts";

/** What was asked and answered, where it is kept. */
export function Payload({ payload }: { payload: { input: unknown; output: unknown } | null }) {
  const t = useText(storyMessages);
  if (payload === null) return <p className="state-text">{t("noPayload")}</p>;
  return (
    <div className="payloads">
      {(["input", "output"] as const).map((side) => (
        <div key={side}>
          <h3>{t(side)}</h3>
          <pre tabIndex={0}>{payload[side] === null ? "–" : JSON.stringify(payload[side], null, 2)}</pre>
        </div>
      ))}
    </div>
  );
}
