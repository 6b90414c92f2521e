import { ApiError } from "../api/api-error.ts";
import { useText } from "../i18n/language.tsx";
import { Button } from "./button.tsx";
import { Icon } from "./icon.tsx";
import { uiMessages } from "./ui-messages.ts";

interface ErrorStateProps {
  error: Error;
  onRetry?: () => void;
  /** One line above figures that are still there. */
  compact?: boolean;
}

/** Why something could not be shown or done, in the reader's language where the reason is a known one. */
export function ErrorState({ error, onRetry, compact = false }: ErrorStateProps) {
  const t = useText(uiMessages);
  const reason = useErrorReason(error);
  return (
    <div className={compact ? "notice notice-warning" : "state state-error"} role="alert">
      <Icon name="warning" />
      <div>
        <p className="state-title">{compact ? t("stale") : t("failed")}</p>
        <p className="state-text">{reason}</p>
      </div>
      {onRetry && <Button onClick={onRetry} icon="refresh">{t("retry")}</Button>}
    </div>
  );
}

/** An error's reason as one sentence. */
export function useErrorReason(error: Error | null): string {
  const t = useText(uiMessages);
  if (error === null) return "";
  if (!(error instanceof ApiError)) return error.message;
  if (error.unreachable) return t("offline");
  if (error.broken) return t("broken");
  if (error.conflict) return t("conflict");
  return error.forbidden ? `${t("forbidden")} ${error.message}` : error.message;
}
