import { useText } from "../i18n/language.tsx";
import { chartMessages } from "./chart-messages.ts";

/** How a part of a split is called: models without their provider's prefix where that is clear. */
export function usePartName(): (key: string | null) => string {
  const t = useText(chartMessages);
  return (key) => {
    if (key === null) return t("others");
    if (key === "") return t("nobody");
    return key;
  };
}

/** A model's name without its provider, and without the maker's folder. */
export function shortModel(name: string): string {
  return name.split("/").at(-1) ?? name;
}
