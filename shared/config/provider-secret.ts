const PROVIDER_SECRET = /^SIGNALBOX_PROVIDER_[A-Z0-9_]{1,80}$/;

/**
 * Whether `ai_providers.secret_name` may name this function secret. Only names that begin with `SIGNALBOX_PROVIDER_` may
 * be read on behalf of a row, so that no row can have `SUPABASE_SECRET_KEYS` sent to an address of its choice.
 */
export function isProviderSecretName(name: string): boolean {
  return PROVIDER_SECRET.test(name);
}
