import { z } from "zod";
import { GATEWAY } from "./admission.ts";

/** OpenAI's, of which this is the part that everybody needs. */
const completion = {
  input: z.looseObject({
    model: z.string().describe("One of v1/models."),
    messages: z.array(z.looseObject({ role: z.string() })).min(1),
    stream: z.boolean().optional(),
  }),
  output: z.looseObject({
    id: z.string(),
    choices: z.array(z.looseObject({ index: z.int(), finish_reason: z.string().nullable() })),
  }),
};

/** What `GET` on the function itself answers: a task's description where it has one, and the addresses below it. */
export function describeGateway() {
  return {
    task: GATEWAY,
    title: "Gateway",
    description:
      "The providers' own APIs in front of every provider, budgeted and logged: use it as a client's base URL.",
    translations: {
      de: {
        title: "Gateway",
        description:
          "Die eigenen Schnittstellen der Anbieter vor jedem Anbieter, mit Budget und Protokoll: als Basis-URL eines Clients zu verwenden.",
      },
      fr: {
        title: "Passerelle",
        description:
          "Les API des fournisseurs eux-mêmes devant tout fournisseur, avec budget et journal : à utiliser comme URL de base d'un client.",
      },
      es: {
        title: "Pasarela",
        description:
          "Las API propias de los proveedores ante cualquier proveedor, con presupuesto y registro: úsese como URL base de un cliente.",
      },
    },
    paths: {
      "v1/chat/completions": "POST, OpenAI's format.",
      "v1/messages": "POST, Anthropic's format; its clients' base URL is the function's address.",
      "v1/messages/count_tokens": "POST, Anthropic's format, for its own models.",
      "v1/responses": "POST, OpenAI's format.",
      "v1/responses/input_tokens": "POST, OpenAI's format, for its own models.",
      "v1/responses/{id}": "GET and DELETE, a kept response of the caller; GET …/input_items.",
      "v1/embeddings": "POST, OpenAI's format.",
      "v1/moderations": "POST, OpenAI's format.",
      "mcp": "POST, the Model Context Protocol: the tasks that the caller may use, as tools.",
      "v1/models": "GET, the models that the caller may use.",
    },
    input_schema: z.toJSONSchema(completion.input, { io: "input" }),
    output_schema: z.toJSONSchema(completion.output, { io: "output" }),
    example: null,
    tiers: ["small", "large", "frontier"],
    has_rules: false,
    streams: true,
  };
}
