import {
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from "react";

interface Described {
  label: string;
  /** Below the field: what it means. */
  hint?: ReactNode;
  /** What is wrong with the value; empty or left out when nothing is. */
  problem?: string | null;
}

function Frame({ id, label, hint, problem, children }: Described & { id: string; children: ReactNode }) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children}
      {hint !== undefined && <p className="field-hint" id={`${id}-hint`}>{hint}</p>}
      {problem && <p className="field-problem" id={`${id}-problem`} role="alert">{problem}</p>}
    </div>
  );
}

function describedBy(id: string, { hint, problem }: Omit<Described, "label">) {
  const ids = [hint === undefined ? "" : `${id}-hint`, problem ? `${id}-problem` : ""].filter(Boolean).join(" ");
  return { id, "aria-describedby": ids || undefined, "aria-invalid": problem ? true : undefined };
}

/** A line of text with its label. */
export function TextField({ label, hint, problem, ...rest }: Described & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} problem={problem ?? null}>
      <input type="text" {...rest} {...describedBy(id, { hint, problem: problem ?? null })} />
    </Frame>
  );
}

/** Several lines of text with their label. */
export function TextArea({ label, hint, problem, ...rest }: Described & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} problem={problem ?? null}>
      <textarea rows={4} {...rest} {...describedBy(id, { hint, problem: problem ?? null })} />
    </Frame>
  );
}

/** A choice of one with its label; the options are its children. */
export function SelectField({ label, hint, problem, ...rest }: Described & SelectHTMLAttributes<HTMLSelectElement>) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} problem={problem ?? null}>
      <select {...rest} {...describedBy(id, { hint, problem: problem ?? null })} />
    </Frame>
  );
}

/** A yes or no with its label behind it. */
export function CheckField(
  { label, hint, ...rest }: Omit<Described, "problem"> & InputHTMLAttributes<HTMLInputElement>,
) {
  const id = useId();
  return (
    <div className="field field-check">
      <input type="checkbox" {...rest} {...describedBy(id, { hint })} />
      <label htmlFor={id}>{label}</label>
      {hint !== undefined && <p className="field-hint" id={`${id}-hint`}>{hint}</p>}
    </div>
  );
}
