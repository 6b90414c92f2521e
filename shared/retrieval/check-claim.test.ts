import assert from "node:assert/strict";
import { checkClaim } from "./check-claim.ts";

const passage = "Tiles that absorb less than 0.5 % of water resist frost and may be laid outdoors.";
const cases: [name: string, claim: string, passages: string[], supported: boolean | null][] = [
  ["says what the passage says", "Tiles absorbing less than 0.5 % of water can be laid outdoors.", [passage], true],
  ["says it with another decimal sign", "Less than 0,5 % of water", [passage], true],
  ["has another figure", "Tiles that absorb less than 0.8 % of water resist frost.", [passage], false],
  ["is about something else", "Marble polishing requires diamond discs.", [passage], false],
  ["cites nothing", "Tiles resist frost.", [], false],
  [
    "is in another language",
    "Die Fliesen mit weniger als 0,5 % sind für den Außenbereich und die Terrasse.",
    [passage],
    null,
  ],
  ["is Chinese", "防守丢了308分", ["黑豹队的防守只丢了308分"], true],
];
for (const [name, claim, passages, supported] of cases) {
  Deno.test(`checkClaim() says ${supported} of a claim that ${name}`, () => {
    assert.equal(checkClaim(claim, passages), supported);
  });
}
