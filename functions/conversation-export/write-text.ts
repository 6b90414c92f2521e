import type { Exported } from "./schemas.ts";
import { inLine, quoted } from "./quoted.ts";
import { momentOf, nameOf, type Words } from "./words.ts";

/** As Markdown: headings of ours, and what was said quoted. */
export function writeMarkdown(conversation: Exported, words: Words): string {
  const { title, assistant, created_at, summary, messages } = conversation;
  const about = [
    ...(assistant === null ? [] : [`${words.with} ${inLine(assistant)}`]),
    ...(created_at === null ? [] : [`${words.begun} ${momentOf(created_at)}`]),
  ];
  return [
    `# ${inLine(title)}`,
    ...(about.length === 0 ? [] : [about.join(" · ")]),
    ...(summary === null ? [] : [`## ${words.summary}`, quoted(summary)]),
    ...messages.flatMap(({ speaker, text, said_at }) => [
      `## ${[inLine(nameOf(speaker, assistant, words)), momentOf(said_at)].filter((part) => part !== "").join(" · ")}`,
      quoted(text),
    ]),
  ].join("\n\n") + "\n";
}

/** As one HTML page without scripts, styles of others or markup from what was said. */
export function writeHtml(conversation: Exported, words: Words): string {
  const { title, assistant, language, direction, created_at, summary, messages } = conversation;
  const said = messages.map(({ speaker, text, said_at }) =>
    `<section class="${speaker === "user" ? "user" : "other"}">\n<h2>${escaped(nameOf(speaker, assistant, words))}${
      said_at === null ? "" : ` <time datetime="${escaped(said_at)}">${momentOf(said_at)}</time>`
    }</h2>\n<p dir="auto">${escaped(text)}</p>\n</section>`
  );
  return `<!doctype html>
<html lang="${escaped(language ?? "en")}" dir="${direction}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem}p{white-space:pre-wrap;overflow-wrap:anywhere}
h2{font-size:1rem}time{color:#666;font-weight:normal}.user p{background:#f2f2f2;padding:.75rem;border-radius:.5rem}</style>
</head>
<body>
<h1 dir="auto">${escaped(title)}</h1>
${assistant === null ? "" : `<p>${words.with} ${escaped(assistant)}</p>\n`}${
    created_at === null ? "" : `<p>${words.begun} ${momentOf(created_at)}</p>\n`
  }${summary === null ? "" : `<section><h2>${words.summary}</h2><p dir="auto">${escaped(summary)}</p></section>\n`}${
    said.join("\n")
  }
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
