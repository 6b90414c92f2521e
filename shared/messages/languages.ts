/** Languages Signalbox speaks; the first is the default, and the one all messages are written in. */
export const languages = ["en", "de", "fr", "es"] as const;

/** One of {@linkcode languages}. */
export type Language = (typeof languages)[number];

/** What a function is called and does, in every language but English. */
export type Translations = Readonly<Record<Exclude<Language, "en">, { title: string; description: string }>>;
