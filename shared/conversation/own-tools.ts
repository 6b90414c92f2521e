import type { Tool } from "@shared/providers/mod.ts";
import type { Assistant } from "./begun-turn.ts";

/** Name of the tool that hands a conversation over. */
export const HAND_OFF = "hand_off";
/** Name of the tool an agent keeps its plan with. */
export const PLAN = "plan";

/** The tools a turn brings along itself, because they change the turn and nothing else. */
export function ownTools(assistant: Assistant | null, colleagues: readonly Assistant[]): Tool[] {
  return [
    ...(colleagues.length === 0 ? [] : [handOff(colleagues)]),
    ...(assistant?.mode === "agent" ? [plan] : []),
  ];
}

const plan: Tool = {
  name: PLAN,
  description: "Writes your plan down, or what has changed in it: the steps and how far each is.",
  parameters: {
    type: "object",
    additionalProperties: false,
    required: ["steps"],
    properties: {
      steps: {
        type: "array",
        minItems: 1,
        maxItems: 20,
        items: {
          type: "object",
          additionalProperties: false,
          required: ["title", "state"],
          properties: {
            title: { type: "string", minLength: 1, maxLength: 200 },
            state: { type: "string", enum: ["open", "doing", "done", "dropped"] },
          },
        },
      },
    },
  },
};

function handOff(colleagues: readonly Assistant[]): Tool {
  const who = colleagues.map(({ name, description }) => `${name}${description === "" ? "" : ` (${description})`}`);
  return {
    name: HAND_OFF,
    description: `Hands the conversation over to an assistant who is better at it: ${who.join("; ")}.`,
    parameters: {
      type: "object",
      additionalProperties: false,
      required: ["assistant", "reason"],
      properties: {
        assistant: { type: "string", enum: colleagues.map(({ name }) => name) },
        reason: { type: "string", minLength: 1, maxLength: 500, description: "Why, and what is to be done." },
      },
    },
  };
}
