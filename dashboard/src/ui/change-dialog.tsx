import { type FormEvent, type ReactNode, useState } from "react";
import { useText } from "../i18n/language.tsx";
import { Button } from "./button.tsx";
import { type Change, ChangeList, isText } from "./change-list.tsx";
import { Dialog } from "./dialog.tsx";
import { useErrorReason } from "./error-state.tsx";
import { reviewMessages } from "./review-messages.ts";
import { uiMessages } from "./ui-messages.ts";
import { useAction } from "./use-action.ts";

interface ChangeDialogProps {
  title: string;
  /** What the form would change as it is now; nothing to save while it is empty. */
  changes: readonly Change[];
  /** False while a field is wrong. */
  valid: boolean;
  /** A sentence above the changes, for example about what is lost. */
  warning?: string | undefined;
  danger?: boolean;
  confirmWords: string;
  save: () => Promise<unknown>;
  onClose: () => void;
  onSaved: () => void;
  /** The form's fields; without any the dialog only asks. */
  children?: ReactNode;
}

/** Changes something in two steps: fill in, then see before and after and confirm. */
export function ChangeDialog(
  { title, changes, valid, warning, danger = false, confirmWords, save, onClose, onSaved, children }: ChangeDialogProps,
) {
  const t = useText(uiMessages);
  const words = useText(reviewMessages);
  const { busy, error, run } = useAction();
  const reason = useErrorReason(error);
  const [reviewing, setReviewing] = useState(children === undefined);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!valid) return;
    if (!reviewing) return setReviewing(true);
    if (!await run(save)) return;
    onSaved();
    onClose();
  };
  return (
    <Dialog title={title} onClose={onClose} wide={reviewing && changes.some(isText)}>
      <form className="form" onSubmit={submit} noValidate>
        {reviewing
          ? (
            <>
              {warning !== undefined && <p className="notice notice-warning">{warning}</p>}
              <ChangeList changes={changes} />
            </>
          )
          : children}
        {reason !== "" && <p className="field-problem" role="alert">{reason}</p>}
        <div className="form-actions">
          {reviewing && children !== undefined && (
            <Button onClick={() => setReviewing(false)} disabled={busy}>{words("back")}</Button>
          )}
          <Button onClick={onClose} disabled={busy}>{t("cancel")}</Button>
          <Button
            type="submit"
            look={reviewing && danger ? "danger" : "primary"}
            busy={busy}
            disabled={!valid || (children !== undefined && changes.length === 0)}
          >
            {reviewing ? confirmWords : words("review")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
