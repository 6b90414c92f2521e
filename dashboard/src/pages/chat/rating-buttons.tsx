import { useState } from "react";
import { recordOutcome } from "../../api/requests.ts";
import { useText } from "../../i18n/language.tsx";
import { useProject } from "../../session/project.tsx";
import { useNotice } from "../../ui/notice.tsx";
import { Thumbs } from "../../ui/thumbs.tsx";
import { useAction } from "../../ui/use-action.ts";
import { chatMessages } from "./chat-messages.ts";

/** The two ends of the scale of a rating. */
const RATINGS = { up: 5, down: 1 } as const;

/** Says whether an answer was good: it counts in the quality of prompts and models. */
export function RatingButtons({ requestId }: { requestId: string }) {
  const t = useText(chatMessages);
  const { client } = useProject();
  const say = useNotice();
  const { busy, run } = useAction();
  const [given, setGiven] = useState<keyof typeof RATINGS | null>(null);
  const rate = async (thumb: keyof typeof RATINGS) => {
    const rating = RATINGS[thumb];
    const rated = await run(() => recordOutcome(client, requestId, { outcome: "rated", rating, text: "" }));
    say(t(rated ? "rated" : "notRated"));
    if (rated) setGiven(thumb);
  };
  return (
    <Thumbs
      words={{ up: t("good"), down: t("bad") }}
      given={given}
      disabled={busy}
      onPress={rate}
    />
  );
}
