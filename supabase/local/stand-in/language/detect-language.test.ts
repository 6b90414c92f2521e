import { equal } from "node:assert/strict";
import { detectLanguage, requestedLanguage } from "./detect-language.ts";

Deno.test("detectLanguage() tells the languages apart and takes English when nothing shows", () => {
  equal(detectLanguage("Wie lange ist die Lieferzeit für das Parkett?"), "de");
  equal(detectLanguage("How long is the delivery?"), "en");
  equal(detectLanguage("¿Cuál es el plazo de entrega para los azulejos?"), "es");
  equal(detectLanguage("Quel est le délai pour les carrelages ?"), "fr");
  equal(detectLanguage("Qual è il tempo di consegna per le piastrelle della cucina?"), "it");
  equal(detectLanguage("交货时间是多久"), "zh");
  equal(detectLanguage("ZX-81"), "en");
});

Deno.test("requestedLanguage() reads names and tags, and knows when the prompt leaves it open", () => {
  equal(requestedLanguage("Answer in German."), "de");
  equal(requestedLanguage("Write the message in the language: es-ES"), "es");
  equal(requestedLanguage("Antworte auf Deutsch"), "de");
  equal(requestedLanguage("Answer in full sentences"), null);
});
