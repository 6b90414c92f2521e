import { describeFunction } from "@shared/http/mod.ts";
import { memoryItem } from "@shared/memory/mod.ts";
import { z } from "zod";
import { changedItem, eraseQuery, itemPage, listQuery, newItem } from "./schemas.ts";

/** What `GET` on the function itself answers. */
export function describeMemory() {
  const taken = (schema: z.ZodType) => z.toJSONSchema(schema, { io: "input" });
  const given = (schema: z.ZodType) => z.toJSONSchema(schema, { io: "output" });
  return describeFunction({
    task: "memory",
    title: "Memory",
    description: "What assistants remember of you and your leads: list, search, write down, correct, forget, erase.",
    translations: {
      de: {
        title: "Gedächtnis",
        description:
          "Was Assistenten von Ihnen und Ihren Leads behalten: auflisten, suchen, aufschreiben, berichtigen, vergessen, löschen.",
      },
      fr: {
        title: "Mémoire",
        description:
          "Ce que les assistants retiennent de vous et de vos prospects : lister, chercher, noter, corriger, oublier, effacer.",
      },
      es: {
        title: "Memoria",
        description:
          "Lo que los asistentes recuerdan de usted y de sus clientes potenciales: listar, buscar, anotar, corregir, olvidar, borrar.",
      },
    },
    paths: {
      "GET /items": "Your statements, newest first; best first with q.",
      "POST /items": "Writes a statement down. One that is known already is not written twice.",
      "DELETE /items":
        "Erases everything at once: statements, turns, vectors, waiting notes. With lead_id: what is remembered of a lead.",
      "GET /items/{id}": "One statement.",
      "PATCH /items/{id}": "Corrects a statement of yours.",
      "DELETE /items/{id}": "Forgets one statement with its vector.",
    },
    input: newItem.omit({ org_id: true }),
    output: memoryItem,
    list_schema: taken(listQuery),
    page_schema: given(itemPage),
    new_item_schema: taken(newItem),
    change_schema: taken(changedItem),
    erase_schema: taken(eraseQuery),
    example: { input: { content: "Prefers to be written to by email.", type: "preference" } },
  });
}
