import type { Caller } from "../data-api/caller.ts";
import { requestSettings } from "../data-api/request-settings.ts";
import type { ScriptRunner } from "../data-api/script-runner.ts";
import { quoteLiteral } from "../database/database.ts";

/** What a caller may do in a private channel. */
export interface ChannelAccess {
  readBroadcast: boolean;
  readPresence: boolean;
  writeBroadcast: boolean;
  writePresence: boolean;
}

/** Everything, which is what a public channel allows. */
export const OPEN_ACCESS: ChannelAccess = {
  readBroadcast: true,
  readPresence: true,
  writeBroadcast: true,
  writePresence: true,
};

/**
 * Asks the policies on `realtime.messages`, as hosted Realtime does: a caller may read what it could select, and write
 * what it could insert, while `realtime.topic()` is the channel's name. Nothing of the attempt stays.
 */
export async function channelAccess(scripts: ScriptRunner, topic: string, caller: Caller): Promise<ChannelAccess> {
  const [broadcastId, presenceId] = [crypto.randomUUID(), crypto.randomUUID()];
  const settings = Object.entries({ "realtime.topic": topic, ...requestSettings(caller, null) })
    .map(([name, value]) => `set_config(${quoteLiteral(name)}, ${quoteLiteral(value)}, true)`);
  const become = `select ${settings.join(", ")};`;
  const may = async (script: string) => {
    try {
      return (await scripts.lastRow(`begin; ${script} rollback;`))[0] === "t";
    } catch {
      return false;
    }
  };
  const reads = (id: string, extension: string) =>
    may(`insert into realtime.messages (id, topic, extension)
      values ('${id}', ${quoteLiteral(topic)}, '${extension}'); ${become}
      select exists (select from realtime.messages where id = '${id}')::text::char as may;`);
  const writes = (extension: string) =>
    may(`${become} insert into realtime.messages (topic, extension)
      values (${quoteLiteral(topic)}, '${extension}'); select 't' as may;`);
  return {
    readBroadcast: await reads(broadcastId, "broadcast"),
    readPresence: await reads(presenceId, "presence"),
    writeBroadcast: await writes("broadcast"),
    writePresence: await writes("presence"),
  };
}
