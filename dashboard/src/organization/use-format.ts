import { useMemo } from "react";
import { useLanguage } from "../i18n/language.tsx";
import { type Day, dayAt, formatDay } from "../format/days.ts";
import { formatAge, formatMoment } from "../format/moments.ts";
import { formatMoney } from "../format/money.ts";
import { formatCount, formatDuration, formatNumber, formatShare } from "../format/quantity.ts";
import { useOrganization } from "./organization.tsx";

/** Writes figures in the reader's language, the organization's currency and its time zone. */
export function useFormat() {
  const { language } = useLanguage();
  const { currency, timeZone } = useOrganization();
  return useMemo(() => {
    // English dates in the European order, unless the browser is an American one.
    const locale = navigator.languages.find((tag) => tag.toLowerCase().startsWith(`${language}-`)) ??
      (language === "en" ? "en-GB" : language);
    return {
      locale,
      money: (amount: number | null, of: string = currency) => formatMoney(amount, of, locale),
      count: (count: number | null) => formatCount(count, locale),
      share: (share: number | null) => formatShare(share, locale),
      duration: (milliseconds: number | null) => formatDuration(milliseconds, locale),
      number: (value: number | null, digits?: number) => formatNumber(value, locale, digits),
      day: (day: Day, style?: "short" | "long") => formatDay(day, locale, style),
      moment: (moment: string | null, seconds = false) => formatMoment(moment, { locale, timeZone, seconds }),
      age: (moment: string) => formatAge(moment, new Date(), locale),
      today: () => dayAt(new Date(), timeZone),
    };
  }, [language, currency, timeZone]);
}
