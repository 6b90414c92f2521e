/** What Vite puts in place of these when it builds. */
interface ImportMetaEnv {
  /** Path of the app below its origin, with a slash at both ends. */
  readonly BASE_URL: string;
}

interface ImportMeta {
  readonly env: ImportMetaEnv;
}

declare module "*.css";
