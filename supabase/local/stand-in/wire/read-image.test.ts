import { equal } from "node:assert/strict";
import { readImage } from "./read-image.ts";

Deno.test("readImage() tells what can be told without eyes", () => {
  equal(readImage("https://example.com/img/oak-table_01.jpg?x=1"), "Image: oak table 01");
  equal(
    readImage(`data:image/svg+xml;base64,${btoa("<svg><text>Marble floor</text></svg>")}`),
    "Image: svg+xml Marble floor",
  );
  equal(readImage("data:image/png;base64,%%%"), "Image: png");
});

Deno.test("readImage() reads size and texts of a PNG", () => {
  const chunk = (type: string, data: number[]) => [0, 0, 0, data.length, ...bytes(type), ...data, 0, 0, 0, 0];
  const bytes = (text: string) => Array.from(text, (character) => character.charCodeAt(0));
  const png = [
    137,
    80,
    78,
    71,
    13,
    10,
    26,
    10,
    ...chunk("IHDR", [0, 0, 1, 0, 0, 0, 0, 128]),
    ...chunk("tEXt", bytes("Title\0Oak chair")),
  ];
  equal(readImage(`data:image/png;base64,${btoa(String.fromCharCode(...png))}`), "Image: png 256x128 Oak chair");
});
