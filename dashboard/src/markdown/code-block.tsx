import { type ReactNode, useRef } from "react";
import { CopyButton } from "../ui/copy-button.tsx";

/** Code as it is, with a way to copy it. */
export function CodeBlock({ children }: { children?: ReactNode }) {
  const block = useRef<HTMLPreElement>(null);
  return (
    <div className="code-block">
      <pre ref={block} tabIndex={0}>{children}</pre>
      <CopyButton text={() => block.current?.innerText ?? ""} small />
    </div>
  );
}
