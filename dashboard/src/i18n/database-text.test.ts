import assert from "node:assert/strict";
import { databaseText } from "./database-text.ts";
import { defineMessages } from "./messages.ts";

const messages = defineMessages({
  plain: ["Whether it is.", "Ob es so ist.", "Si c’est ainsi.", "Si es así."],
  used: [
    "{percent} % of {whose} (all) is used",
    "{whose}: {percent} % verbraucht (alle)",
    "{percent} % de {whose} (tout) consommés",
    "Se ha usado el {percent} % de {whose} (todo)",
  ],
  organization: ["the organization", "die Organisation", "l’organisation", "la organización"],
  user: ["user {key}", "Nutzer {key}", "l’utilisateur {key}", "usuario {key}"],
});

Deno.test("databaseText says what the database says in the reader's language", () => {
  assert.equal(databaseText("Whether it is.", messages, "de"), "Ob es so ist.");
  assert.equal(databaseText("Whether it is.", messages, "en"), "Whether it is.");
  assert.equal(
    databaseText("1092.50 % of the organization (all) is used", messages, "de"),
    "die Organisation: 1.092,50 % verbraucht (alle)",
  );
  assert.equal(
    databaseText("90 % of user anna@example.com (all) is used", messages, "fr"),
    "90 % de l’utilisateur anna@example.com (tout) consommés",
  );
});

Deno.test("databaseText leaves what an operator wrote as it is", () => {
  assert.equal(databaseText("Whether it is!", messages, "es"), "Whether it is!");
  assert.equal(
    databaseText("90 % of the team (all) is used", messages, "es"),
    "Se ha usado el 90 % de the team (todo)",
  );
});
