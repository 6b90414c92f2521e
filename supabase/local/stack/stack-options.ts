import type { Provider } from "./providers.ts";

/** How a stack is started. */
export interface StackOptions {
  /** The repository to run: its migrations, functions and config. */
  projectRoot: string;
  /** 0 takes any free port. */
  port: number;
  /** Null keeps nothing. */
  dataFolder: string | null;
  demo: boolean;
  /** Where scripts find URL and keys while the stack runs; null writes none. */
  stackFile: string | null;
  /** Providers that the stand-in plays although another has a real key. */
  standIn: readonly Provider[];
  /** `DATABASE_URL`, provider keys and base URLs, and `SIGNALBOX_…` settings for the functions. */
  environment: Readonly<Record<string, string>>;
  /** Whether edits of functions take effect while the stack runs. */
  watch: boolean;
  /** Gets a line about each step that takes time. */
  onProgress: (line: string) => void;
  /** Gets each line that functions and background work print. */
  onLog: (line: string) => void;
  /** Whether to build the dashboard first where that is due. */
  buildDashboard: boolean;
}
