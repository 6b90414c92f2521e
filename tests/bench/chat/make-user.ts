import { exportJWK, generateKeyPair, SignJWT } from "jose";
import postgres from "postgres";

/** Somebody who chats. */
export interface ChatUser {
  token: string;
  /** The key that verifies the token. */
  jwk: Record<string, unknown>;
  /** A conversation of theirs with 200 messages. */
  conversationId: string;
}

/** Makes a member of an organization with a token of an hour, and with a long conversation. */
export async function makeUser(databaseUrl: string, orgId: string): Promise<ChatUser> {
  const userId = crypto.randomUUID();
  const conversationId = crypto.randomUUID();
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    await sql`insert into auth.users (id, email) values (${userId}, 'bench@bench.example')`;
    await sql`insert into public.organization_members (org_id, user_id, role) values (${orgId}, ${userId}, 'member')`;
    await sql`insert into public.ai_conversations (org_id, id, user_id, title) values (${orgId}, ${conversationId}, ${userId}, 'Long')`;
    await sql`
      with recursive said as (
        select 1 as n, gen_random_uuid() as id, null::uuid as parent
        union all
        select n + 1, gen_random_uuid(), id from said where n < 200
      )
      insert into public.ai_messages (org_id, id, conversation_id, user_id, parent_id, role, content, status)
      select ${orgId}, id, ${conversationId}, ${userId}, parent, case when n % 2 = 1 then 'user' else 'assistant' end,
        'Message ' || n || ': ' || repeat('Oak parquet is hard and warm underfoot. ', 6), 'complete'
      from said order by n`;
  } finally {
    await sql.end();
  }
  const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = { ...await exportJWK(publicKey), kid: "bench", alg: "ES256", use: "sig" };
  const token = await new SignJWT({ role: "authenticated" }).setProtectedHeader({ alg: "ES256", kid: "bench" })
    .setSubject(userId).setAudience("authenticated").setIssuedAt().setExpirationTime("1h").sign(privateKey);
  return { token, jwk, conversationId };
}
