import type { JWTPayload } from "jose";
import type { Database } from "../database/database.ts";

interface UserRow {
  phone: string | null;
  app_metadata: Record<string, unknown>;
  user_metadata: Record<string, unknown>;
  is_anonymous: boolean;
}

/** What the user did to get the token; a one-time code when a link or code was verified. */
export type SignInMethod = "password" | "otp";

/**
 * The claims a hosted project puts into an access token, from the fewer that `@supabase/lite` gives.
 * @see https://supabase.com/docs/guides/auth/jwt-fields
 */
export async function hostedClaims(
  database: Database,
  given: JWTPayload,
  { issuer, method }: { issuer: string; method: SignInMethod },
): Promise<JWTPayload> {
  const [user] = await database.query<UserRow>(
    `select phone, raw_app_meta_data as app_metadata, raw_user_meta_data as user_metadata, is_anonymous
     from auth.users where id = $1`,
    [given.sub],
  );
  return {
    ...given,
    iss: issuer,
    email: given["email"] ?? "",
    phone: user?.phone ?? "",
    app_metadata: user?.app_metadata ?? {},
    user_metadata: user?.user_metadata ?? {},
    aal: "aal1",
    amr: [{ method, timestamp: given.iat }],
    is_anonymous: user?.is_anonymous ?? false,
  };
}
