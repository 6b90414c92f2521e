import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { useText } from "../i18n/language.tsx";
import { Button } from "./button.tsx";
import { uiMessages } from "./ui-messages.ts";

interface DialogProps {
  title: string;
  onClose: () => void;
  /** The buttons at the end. */
  actions?: ReactNode;
  wide?: boolean;
  children: ReactNode;
}

/** A window above the page. The browser keeps the focus inside, closes it by Escape and gives the focus back. */
export function Dialog({ title, onClose, actions, wide = false, children }: DialogProps) {
  const t = useText(uiMessages);
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // A layout effect: it ends while the dialog is still in the page, and only a closed dialog gives the focus back.
  useLayoutEffect(() => {
    const dialog = element.current;
    if (dialog !== null && !dialog.open) dialog.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={element}
      className={wide ? "dialog dialog-wide" : "dialog"}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header className="dialog-header">
        <h2 id={heading}>{title}</h2>
        <Button look="quiet" icon="close" aria-label={t("close")} onClick={onClose} />
      </header>
      <div className="dialog-body">{children}</div>
      {actions !== undefined && <footer className="dialog-actions">{actions}</footer>}
    </dialog>
  );
}
