import { type ReactNode, useId } from "react";

interface CardProps {
  title: string;
  /** A sentence below the title: what the figures are, and of when. */
  note?: ReactNode;
  actions?: ReactNode;
  className?: string;
  children: ReactNode;
}

/** A part of a page with a heading. */
export function Card({ title, note, actions, className = "", children }: CardProps) {
  const heading = useId();
  return (
    <section className={`card ${className}`} aria-labelledby={heading}>
      <header className="card-header">
        <div>
          <h2 id={heading}>{title}</h2>
          {note !== undefined && <p className="card-note">{note}</p>}
        </div>
        {actions !== undefined && <div className="card-actions">{actions}</div>}
      </header>
      {children}
    </section>
  );
}
