/** The environment does not say what the functions need to start. Its message names variables, never their values. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  /** Names that are required and absent, or empty. */
  readonly missing: string[];
  /** What is wrong with names that are set, one sentence each. */
  readonly invalid: string[];

  constructor(missing: string[], invalid: string[]) {
    const states = [...(missing.length > 0 ? [`missing ${missing.join(", ")}`] : []), ...invalid];
    super(`Cannot read the configuration: ${states.join("; ")}`);
    this.missing = missing;
    this.invalid = invalid;
  }
}
