import { useState } from "react";
import { recordOutcome } from "../../api/requests.ts";
import { useText } from "../../i18n/language.tsx";
import { useProject } from "../../session/project.tsx";
import { Button } from "../../ui/button.tsx";
import { useNotice } from "../../ui/notice.tsx";
import { useAction } from "../../ui/use-action.ts";
import { chatMessages } from "./chat-messages.ts";

/** The two ends of the scale of a rating. */
const GOOD = 5;
const BAD = 1;

/** Says whether an answer was good: it counts in the quality of prompts and models. */
export function RatingButtons({ requestId }: { requestId: string }) {
  const t = useText(chatMessages);
  const { client } = useProject();
  const say = useNotice();
  const { busy, run } = useAction();
  const [given, setGiven] = useState<number | null>(null);
  const rate = async (rating: number) => {
    const rated = await run(() => recordOutcome(client, requestId, { outcome: "rated", rating, text: "" }));
    say(t(rated ? "rated" : "notRated"));
    if (rated) setGiven(rating);
  };
  return (
    <>
      <Button
        look="quiet"
        icon="thumbUp"
        aria-label={t("good")}
        title={t("good")}
        aria-pressed={given === GOOD}
        disabled={busy}
        onClick={() => rate(GOOD)}
      />
      <Button
        look="quiet"
        icon="thumbDown"
        aria-label={t("bad")}
        title={t("bad")}
        aria-pressed={given === BAD}
        disabled={busy}
        onClick={() => rate(BAD)}
      />
    </>
  );
}
