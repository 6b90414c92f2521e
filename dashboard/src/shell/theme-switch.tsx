import { useText } from "../i18n/language.tsx";
import { Button } from "../ui/button.tsx";
import { shellMessages } from "./shell-messages.ts";
import { applyTheme, type Theme, useShownTheme } from "./theme.ts";

/** Changes between light and dark. */
export function ThemeSwitch({ onChange }: { onChange?: (theme: Theme) => void }) {
  const t = useText(shellMessages);
  const shown = useShownTheme();
  const change = () => {
    const next = shown === "dark" ? "light" : "dark";
    applyTheme(next);
    onChange?.(next);
  };
  return (
    <Button
      look="quiet"
      icon={shown === "dark" ? "sun" : "moon"}
      aria-label={t(shown === "dark" ? "toLight" : "toDark")}
      onClick={change}
    />
  );
}
