import MarkdownToJsx, { type MarkdownToJSX } from "markdown-to-jsx/react";
import { type ComponentProps, memo, type ReactNode, useId, useMemo } from "react";
import { CodeBlock } from "./code-block.tsx";
import { safeAddress } from "./safe-address.ts";

interface MarkdownProps {
  /** Written by a model, a document or a person: data, never markup of ours. */
  text: string;
  /** More is to come: what is not closed yet is held back instead of shown as signs. */
  unfinished?: boolean;
}

/**
 * Markdown as React elements. HTML in it stays text, addresses are links only where they lead out by http(s) or mail, and
 * pictures are links: a picture would tell its server who reads this, as soon as the text is shown.
 */
export const Markdown = memo(function Markdown({ text, unfinished = false }: MarkdownProps) {
  const prefix = useId();
  const options = useMemo(() => optionsFor(prefix, unfinished), [prefix, unfinished]);
  return <MarkdownToJsx className="markdown" options={options}>{text}</MarkdownToJsx>;
});

function optionsFor(prefix: string, unfinished: boolean): MarkdownToJSX.Options {
  return {
    disableParsingRawHTML: true,
    disableFrontmatter: true,
    optimizeForStreaming: unfinished,
    forceBlock: true,
    forceWrapper: true,
    wrapper: "div",
    sanitizer: (address) => safeAddress(address),
    // Ids of one text must not be those of another, or of the page.
    slugify: (heading, slug) => `${prefix}-${slug(heading)}`,
    overrides: {
      // A page has its own headings above.
      h1: heading("h3"),
      h2: heading("h4"),
      h3: heading("h5"),
      h4: heading("h6"),
      h5: heading("h6"),
      h6: heading("h6"),
      a: { component: OutwardLink },
      img: { component: PictureLink },
      pre: { component: CodeBlock },
      table: { component: ScrollingTable },
    },
  };
}

function heading(Level: "h3" | "h4" | "h5" | "h6") {
  return { component: ({ children }: { children?: ReactNode }) => <Level>{children}</Level> };
}

function OutwardLink({ href, children }: ComponentProps<"a">) {
  if (!href) return <>{children}</>;
  return <a href={href} target="_blank" rel="noopener noreferrer nofollow">{children}</a>;
}

function PictureLink({ src, alt }: ComponentProps<"img">) {
  if (!src) return <>{alt}</>;
  return <a href={src} target="_blank" rel="noopener noreferrer nofollow">{alt || src}</a>;
}

function ScrollingTable({ children }: { children?: ReactNode }) {
  return (
    <div className="markdown-table" tabIndex={0}>
      <table>{children}</table>
    </div>
  );
}
