import type { Prompt } from "../../api/prompts.ts";
import { useText } from "../../i18n/language.tsx";
import type { Version } from "../../ui/version-dialog.tsx";
import { promptsMessages } from "./prompts-messages.ts";

/** A prompt as the texts it is made of. */
export function usePromptVersion(): (prompt: Prompt) => Version {
  const t = useText(promptsMessages);
  return ({ id, version, variant, status, system, template, few_shot }) => ({
    id,
    label: `${version}${variant} (${t(status)})`,
    texts: [
      { name: t("system"), text: system ?? t("builtIn") },
      { name: t("template"), text: template ?? t("builtIn") },
      ...few_shot.length > 0 ? [{ name: t("examples"), text: JSON.stringify(few_shot, null, 2) }] : [],
    ],
  });
}
