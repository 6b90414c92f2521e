import { useState } from "react";
import { useText } from "../i18n/language.tsx";
import { Button } from "./button.tsx";
import { uiMessages } from "./ui-messages.ts";

/** Copies a text. */
export function CopyButton({ text, small = false }: { text: string; small?: boolean }) {
  const t = useText(uiMessages);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  const words = copied ? t("copied") : t("copy");
  return small
    ? <Button look="quiet" icon={copied ? "check" : "copy"} aria-label={words} onClick={copy} />
    : <Button icon={copied ? "check" : "copy"} onClick={copy}>{words}</Button>;
}
