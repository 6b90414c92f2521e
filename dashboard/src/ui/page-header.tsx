import { type ReactNode, useEffect, useRef } from "react";

interface PageHeaderProps {
  title: string;
  note?: ReactNode;
  children?: ReactNode;
}

/** A page's title and what can be done with it. Takes the focus when the page is entered, so that it is read out. */
export function PageHeader({ title, note, children }: PageHeaderProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Signalbox`;
  }, [title]);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <header className="page-header">
      <div>
        <h1 ref={heading} tabIndex={-1}>{title}</h1>
        {note !== undefined && <p className="page-note">{note}</p>}
      </div>
      {children !== undefined && <div className="page-actions">{children}</div>}
    </header>
  );
}
