import { useState } from "react";
import { useText } from "../i18n/language.tsx";
import { Button } from "./button.tsx";
import { uiMessages } from "./ui-messages.ts";

/** Copies a text; one that is only known when it is asked for comes from a function. */
export function CopyButton({ text, small = false }: { text: string | (() => string); small?: boolean }) {
  const t = useText(uiMessages);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(typeof text === "string" ? text : text());
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  const words = copied ? t("copied") : t("copy");
  return small
    ? <Button look="quiet" icon={copied ? "check" : "copy"} aria-label={words} onClick={copy} />
    : <Button icon={copied ? "check" : "copy"} onClick={copy}>{words}</Button>;
}
