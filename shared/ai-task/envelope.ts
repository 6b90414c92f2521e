import { z } from "zod";

/** Ids callers make up: printable, short enough for an index. */
const label = z.string().regex(/^[\x21-\x7e]{1,200}$/, "must be 1 to 200 printable ASCII characters without blanks");
const level = z.enum(["low", "medium", "high"]);

/** Everything a caller may say about a request beside its input. */
const optionsSchema = z.strictObject({
  importance: level.optional(),
  cost_sensitivity: level.optional(),
  model: label.optional(),
  cache: z.enum(["use", "refresh", "off"]).optional(),
  stream: z.boolean().optional(),
  job_id: z.uuid().optional(),
  idempotency_key: label.optional(),
  subject: z.strictObject({
    type: z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/, "must be a short lower-case word"),
    id: label,
  }).optional(),
});

/** The options of a request as its caller gave them. */
export type TaskOptions = z.output<typeof optionsSchema>;

/** The body of a task call. */
export function envelopeSchema<Input extends z.ZodType>(input: Input) {
  return z.strictObject({ input, org_id: z.uuid().optional(), options: optionsSchema.optional() });
}
