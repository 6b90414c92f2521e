/** Languages Signalbox speaks; the first is the default, and the one all messages are written in. */
export const languages = ["en", "de", "fr", "es"] as const;

/** One of {@linkcode languages}. */
export type Language = (typeof languages)[number];
