import { type Language, languages } from "@shared/messages/mod.ts";

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

/**
 * The language of an error, which may come before anybody is authenticated: as {@linkcode pickLanguage}, the user's setting read
 * from a token that nobody has checked. A forged one chooses nothing but its owner's words.
 */
export function errorLanguage(request: Request): Language {
  return pickLanguage(request, claimedLanguage(request.headers.get("authorization")));
}

function claimedLanguage(authorization: string | null): string | null {
  const payload = /^bearer +[\w-]+\.([\w-]+)\.[\w-]+$/i.exec(authorization ?? "")?.[1];
  if (payload === undefined) return null;
  try {
    const bytes = Uint8Array.from(
      atob(payload.replaceAll("-", "+").replaceAll("_", "/")),
      (letter) => letter.charCodeAt(0),
    );
    return chosenLanguage(JSON.parse(new TextDecoder().decode(bytes)).user_metadata);
  } catch {
    return null;
  }
}

/** Users write their own metadata, so this is a wish about words and never a reason to trust. */
export function chosenLanguage(metadata: unknown): string | null {
  if (typeof metadata !== "object" || metadata === null) return null;
  const language: unknown = "language" in metadata
    ? metadata.language
    : "locale" in metadata
    ? metadata.locale
    : undefined;
  return typeof language === "string" && language.length <= 35 ? language : null;
}
