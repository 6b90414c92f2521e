/** What a function says of itself to anybody with a key, by name. */
export const DESCRIPTION_FIELDS = [
  "description",
  "example",
  "has_rules",
  "input_schema",
  "output_schema",
  "streams",
  "task",
  "tiers",
  "title",
];
