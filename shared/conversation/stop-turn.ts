import type { TaskAction } from "@shared/ai-task/mod.ts";
import { AppError } from "@shared/errors/mod.ts";
import { validate } from "@shared/http/mod.ts";
import { z } from "zod";

const stopBody = z.strictObject({ action: z.literal("stop"), request_id: z.uuid() });

/**
 * `{ "action": "stop", "request_id" }`: asks the isolate that writes an answer to stop, through the database, and does not wait
 * for it. Answers `{ request_id, conversation_id, message_id, stopping, status }`.
 *
 * Throws `not_found` for a turn that is not the caller's, `forbidden` for anybody but a user.
 */
export const stopTurn: TaskAction = async (body, identity, { asUser }) => {
  const { request_id } = validate(stopBody, body);
  if (identity.kind !== "user") {
    throw new AppError(
      "forbidden",
      "Cannot stop: a conversation belongs to a user, so it takes a user's token, or x-signalbox-act-as beside a secret key",
    );
  }
  return await asUser(identity.token, identity.claims).rpc("stop_turn", { p_request_id: request_id });
};
