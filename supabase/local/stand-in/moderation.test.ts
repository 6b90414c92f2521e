import { equal } from "node:assert/strict";
import { moderate } from "./moderation.ts";

Deno.test("moderate() flags by category and leaves ordinary text alone", () => {
  const threat = moderate("I will kill you");
  equal(threat.flagged, true);
  equal(threat.categories["violence"], true);
  equal(threat.categories["sexual"], false);
  equal(moderate("Could you send me an offer for tiles?").flagged, false);
});
