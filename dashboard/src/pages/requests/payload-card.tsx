import { useText } from "../../i18n/language.tsx";
import { Card } from "../../ui/card.tsx";
import { Payload } from "./payload.tsx";
import { storyMessages } from "./story-messages.ts";

/** What was asked and answered, as a card of its own. */
export function PayloadCard({ payload }: Parameters<typeof Payload>[0]) {
  const t = useText(storyMessages);
  return (
    <Card title={t("payload")}>
      <Payload payload={payload} />
    </Card>
  );
}
