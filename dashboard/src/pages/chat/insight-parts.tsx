import { type ReactNode, useId } from "react";
import type { Mood, Topic } from "../../api/insights.ts";
import { useText } from "../../i18n/language.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { Badge } from "../../ui/badge.tsx";
import { aboutMessages } from "./about-messages.ts";

/** What the conversation is about. */
export function TopicsPart({ topics }: { topics: readonly Topic[] }) {
  const t = useText(aboutMessages);
  return (
    <Part title={t("topics")}>
      <ul>
        {topics.map(({ topic, category, messages }) => (
          <li key={topic}>{t("topic", { topic, category: t(`category_${category}`), count: messages })}</li>
        ))}
      </ul>
    </Part>
  );
}

const TONES = { positive: "good", negative: "bad", neutral: "neutral", mixed: "warning" } as const;

/** In what mood its user is. */
export function MoodPart({ mood: { overall, score, trend, emotion } }: { mood: Mood }) {
  const t = useText(aboutMessages);
  const format = useFormat();
  return (
    <Part title={t("mood")}>
      <p className="badges">
        <Badge tone={TONES[overall]}>{t(`mood_${overall}`)}</Badge>
        <Badge>{t(`trend_${trend}`)}</Badge>
        {emotion !== null && <Badge>{t(`emotion_${emotion}`)}</Badge>}
        <span className="row-note">{t("score", { score: format.number(score) })}</span>
      </p>
    </Part>
  );
}

/** A part of what is told, under its heading. */
export function Part({ title, children }: { title: string; children: ReactNode }) {
  const heading = useId();
  return (
    <section className="about-part" aria-labelledby={heading}>
      <h3 id={heading}>{title}</h3>
      {children}
    </section>
  );
}
