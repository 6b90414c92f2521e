import { errors, importJWK, type JWK, type JWTPayload, jwtVerify, SignJWT } from "jose";

/** What a token turned out to be. */
export type TokenCheck =
  | { outcome: "valid"; claims: JWTPayload; internalToken: string }
  | { outcome: "expired" | "forged" };

/** How many checked tokens are remembered: checking an ES256 signature costs ten times a memory look-up. */
const REMEMBERED = 500;

/**
 * The project's access tokens. Clients hold ES256 tokens that anyone can check by the JWKS, as on hosted Supabase;
 * `@supabase/lite` knows only HS256 with a shared secret, so each token has an inner twin with the same claims.
 */
export class AccessTokens {
  readonly #remembered = new Map<string, Extract<TokenCheck, { outcome: "valid" }>>();

  private constructor(
    readonly jwks: { keys: JWK[] },
    readonly privateKey: CryptoKey,
    readonly publicKey: CryptoKey,
    readonly internalSecret: Uint8Array,
    readonly now: () => Date,
  ) {}

  /** @param now The clock, for tests. */
  static async create(signingKey: JWK, internalSecret: string, now = () => new Date()): Promise<AccessTokens> {
    const { d: _private, key_ops: _operations, ...publicPart } = signingKey;
    const [privateKey, publicKey] = [await importJWK(signingKey, "ES256"), await importJWK(publicPart, "ES256")];
    if (privateKey instanceof Uint8Array || publicKey instanceof Uint8Array) {
      throw new TypeError("Cannot use the signing key: it is not an ES256 key");
    }
    const jwks = { keys: [{ ...publicPart, key_ops: ["verify"], ext: true }] };
    return new AccessTokens(jwks, privateKey, publicKey, new TextEncoder().encode(internalSecret), now);
  }

  /** Signs claims, `iat` and `exp` included, for clients. */
  async sign(claims: JWTPayload): Promise<string> {
    const [key] = this.jwks.keys;
    return await new SignJWT(claims).setProtectedHeader({ alg: "ES256", typ: "JWT", kid: key?.kid ?? "" })
      .sign(this.privateKey);
  }

  /** Reads a token that `@supabase/lite` has signed. */
  async readInternal(token: string): Promise<JWTPayload> {
    return (await jwtVerify(token, this.internalSecret, { algorithms: ["HS256"], currentDate: this.now() })).payload;
  }

  /** Checks a client's token and finds its inner twin. */
  async check(token: string): Promise<TokenCheck> {
    const known = this.#remembered.get(token);
    if (known !== undefined) {
      return (known.claims.exp ?? 0) * 1000 > this.now().getTime() ? known : { outcome: "expired" };
    }
    try {
      const { payload } = await jwtVerify(token, this.publicKey, { algorithms: ["ES256"], currentDate: this.now() });
      const internalToken = await new SignJWT(payload).setProtectedHeader({ alg: "HS256", typ: "JWT" })
        .sign(this.internalSecret);
      const check = { outcome: "valid", claims: payload, internalToken } as const;
      this.#remember(token, check);
      return check;
    } catch (error) {
      return { outcome: error instanceof errors.JWTExpired ? "expired" : "forged" };
    }
  }

  #remember(token: string, check: Extract<TokenCheck, { outcome: "valid" }>): void {
    this.#remembered.set(token, check);
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > REMEMBERED && oldest !== undefined) this.#remembered.delete(oldest);
  }
}
