import { useEffectiveSettings } from "../../organization/use-organization-settings.ts";

/** What the organization takes, until its settings are known: the commonest. */
const USUAL = { endings: ["pdf", "docx", "txt", "md"], megabytes: 50 };

/** Endings of files that are taken in, and how large one may be, as the settings say. */
export function useAcceptedFiles(): { endings: readonly string[]; megabytes: number } {
  const { data } = useEffectiveSettings();
  const value = (key: string) => data?.find((each) => each.key === key)?.value;
  const endings = value("kb.acceptedTypes");
  const megabytes = value("kb.maxFileSizeMb");
  return {
    endings: Array.isArray(endings) ? endings.filter((each) => typeof each === "string") : USUAL.endings,
    megabytes: typeof megabytes === "number" ? megabytes : USUAL.megabytes,
  };
}
