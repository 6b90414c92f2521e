/** Variables of the machine that Deno itself needs to find its cache, its temporary folder and the package registry. */
const inherited = [
  ...["PATH", "HOME", "TMPDIR", "TEMP", "TMP", "USERPROFILE", "LOCALAPPDATA", "APPDATA", "SYSTEMROOT"],
  ...[
    "DENO_DIR",
    "XDG_CACHE_HOME",
    "DENO_CERT",
    "DENO_TLS_CA_STORE",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "NODE_EXTRA_CA_CERTS",
  ],
  ...["NPM_CONFIG_REGISTRY", "HTTP_PROXY", "HTTPS_PROXY"],
];

/**
 * The environment a function starts with: what Deno needs of the machine's, and what the platform provides. The machine's own secrets
 * stay outside: a function must get them by name, as on the platform.
 */
export function guestEnvironment(machine: Record<string, string>, slug: string): Record<string, string> {
  const kept = Object.entries(machine).filter(([name]) => inherited.includes(name.toUpperCase()));
  return {
    ...Object.fromEntries(kept),
    // A proxy of the machine must not stand between a function and the stack beside it.
    NO_PROXY: [machine["NO_PROXY"] ?? machine["no_proxy"], "127.0.0.1", "localhost", "[::1]"].filter(Boolean).join(","),
    NO_COLOR: "1",
    DENO_NO_UPDATE_CHECK: "1",
    SB_REGION: "local",
    SB_EXECUTION_ID: crypto.randomUUID(),
    DENO_DEPLOYMENT_ID: `local_${slug}`,
  };
}
