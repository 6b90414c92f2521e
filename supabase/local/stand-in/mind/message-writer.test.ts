import { equal, match } from "node:assert/strict";
import { readEvidence } from "../language/evidence.ts";
import { keyTerms, topicOf, writeMessage } from "./message-writer.ts";

Deno.test("writeMessage() writes to the person about the matter, in the language", () => {
  const lead = readEvidence("Name: Anna Schmidt\nCompany: Nordwind GmbH\nInterest: Eichenparkett");
  const german = writeMessage(lead, "de");
  match(german, /^Guten Tag Anna Schmidt,/);
  match(german, /Eichenparkett bei Nordwind GmbH/);
  match(writeMessage(lead, "en"), /^Hi Anna Schmidt,[\s\S]*Eichenparkett at Nordwind GmbH/);
  match(writeMessage(readEvidence(""), "en"), /^Hello,/);
});

Deno.test("topicOf() and keyTerms() name what a text is about", () => {
  equal(topicOf(readEvidence("Subject: Late delivery. Again.")), "Late delivery");
  equal(keyTerms("The marble floor and the marble wall", 1)[0], "marble");
});
