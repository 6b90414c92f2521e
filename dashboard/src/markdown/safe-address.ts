/** An address that a link may lead to, else null: pages of the web and mail, nothing that runs or stays here. */
export function safeAddress(address: string): string | null {
  const trimmed = address.trim();
  if (!/^(https?:\/\/|mailto:)/i.test(trimmed)) return null;
  return URL.canParse(trimmed) ? trimmed : null;
}
