import { createContext, type ReactNode, useCallback, useContext, useState } from "react";
import { Icon } from "./icon.tsx";

const NoticeContext = createContext<(text: string) => void>(() => {});

/** How long a notice stays, in milliseconds. */
const STAYS_MS = 5000;

/** Shows short notices about what was done, read out by screen readers. */
export function NoticeProvider({ children }: { children: ReactNode }) {
  const [notices, setNotices] = useState<{ id: number; text: string }[]>([]);
  const say = useCallback((text: string) => {
    const id = performance.now();
    setNotices((now) => [...now, { id, text }]);
    setTimeout(() => setNotices((now) => now.filter((each) => each.id !== id)), STAYS_MS);
  }, []);
  return (
    <NoticeContext value={say}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {notices.map(({ id, text }) => (
          <p key={id} className="toast">
            <Icon name="check" size={18} /> {text}
          </p>
        ))}
      </div>
    </NoticeContext>
  );
}

/** The way to say that something was done. */
export function useNotice(): (text: string) => void {
  return useContext(NoticeContext);
}
