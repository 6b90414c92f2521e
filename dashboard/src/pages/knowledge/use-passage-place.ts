import { useText } from "../../i18n/language.tsx";
import { knowledgeMessages } from "./knowledge-messages.ts";

/** Says where in its document a passage stands. */
export function usePassagePlace() {
  const t = useText(knowledgeMessages);
  return ({ page, char_start, char_end }: { page: number | null; char_start: number; char_end: number }) => {
    const range = t("range", { from: char_start, to: char_end });
    return page === null ? range : `${t("page", { page })}, ${range}`;
  };
}
