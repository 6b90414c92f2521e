import type { ButtonHTMLAttributes, ReactNode } from "react";
import { Icon, type IconName } from "./icon.tsx";

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** primary: the one thing to do here; danger: takes something away; quiet: beside other things. */
  look?: "primary" | "plain" | "quiet" | "danger";
  icon?: IconName;
  /** Works on something: cannot be pressed again, and says so. */
  busy?: boolean;
  children?: ReactNode;
}

/** A button. Without children it needs an `aria-label`. */
export function Button({ look = "plain", icon, busy = false, children, className, ...rest }: ButtonProps) {
  const alone = children === undefined ? "button-icon" : "";
  return (
    <button
      type="button"
      {...rest}
      className={`button button-${look} ${alone} ${className ?? ""}`}
      disabled={rest.disabled || busy}
      aria-busy={busy || undefined}
    >
      {icon !== undefined && <Icon name={icon} size={18} />}
      {children}
    </button>
  );
}
