/** Languages Signalbox answers in; the first is the default. */
export const languages = ["en", "de", "fr", "es"] as const;

/** One of {@linkcode languages}. */
export type Language = (typeof languages)[number];

/**
 * The language to answer in: the user's setting, else `?lang=`, else the best of `Accept-Language`, else English. Regions
 * are dropped (`de-AT` is `de`); a language we do not speak falls through to the next source.
 */
export function pickLanguage(request: Request, userSetting: string | null): Language {
  return spoken(userSetting) ??
    spoken(new URL(request.url).searchParams.get("lang")) ??
    accepted(request.headers.get("accept-language")) ??
    languages[0];
}

function spoken(tag: string | null): Language | null {
  const primary = tag?.trim().toLowerCase().split(/[-_]/)[0];
  return languages.find((language) => language === primary) ?? null;
}

function accepted(header: string | null): Language | null {
  const wishes = (header ?? "").split(",").slice(0, 20).map((part) => {
    const [tag = "", ...parameters] = part.split(";");
    const quality = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1]).find((q) =>
      q !== undefined
    );
    return { language: spoken(tag), quality: quality === undefined ? 1 : Number(quality) };
  });
  const best = wishes.filter(({ language, quality }) => language !== null && quality > 0)
    .sort((a, b) => b.quality - a.quality)[0];
  return best?.language ?? null;
}
