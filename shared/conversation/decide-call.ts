import type { TaskAction } from "@shared/ai-task/mod.ts";
import { AppError } from "@shared/errors/mod.ts";
import { validate } from "@shared/http/mod.ts";
import { z } from "zod";

const decideBody = z.strictObject({
  action: z.literal("decide"),
  approval_id: z.uuid(),
  granted: z.boolean(),
});

/**
 * `{ "action": "decide", "approval_id", "granted" }`: grants or denies a tool call that waits. Answers
 * `{ approval_id, tool, status, conversation_id, message_id, waiting }`; with `waiting` 0 the answer can be resumed.
 *
 * Throws `not_found` for a call that is not the caller's, `invalid_request` for one that does not wait, `forbidden` for anybody
 * but a user.
 */
export const decideCall: TaskAction = async (body, identity, { asUser }) => {
  const { approval_id, granted } = validate(decideBody, body);
  if (identity.kind !== "user") {
    throw new AppError(
      "forbidden",
      "Cannot decide: a conversation belongs to a user, so it takes a user's token, or x-signalbox-act-as beside a secret key",
    );
  }
  return await asUser(identity.token, identity.claims).rpc("decide_tool_call", {
    p_call_id: approval_id,
    p_granted: granted,
  });
};
