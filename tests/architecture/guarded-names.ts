import { importStatements } from "./import-statements.ts";
import { type Check, isTest, pathsUnder, type Tree } from "./tree.ts";

const VENDOR_SDKS = /^(openai|@anthropic-ai\/|together-ai|ai$|@ai-sdk\/|@langchain\/|@google\/|@mistralai\/|cohere-ai)/;

/** Only `shared/providers` knows the vendors' SDKs, so no call can go past the router and the log. */
export const vendorSdksOnlyInProviders: Check = (tree) =>
  deployedCode(tree)
    .filter((path) => !path.startsWith("shared/providers/"))
    .flatMap((path) =>
      importStatements(tree.get(path) ?? "")
        .filter(({ specifier }) => VENDOR_SDKS.test(specifier))
        .map(({ specifier }) => `${path} imports ${specifier}: only shared/providers may`)
    );

/** Only `shared/config` reads the environment; every other module is given values. */
export const environmentOnlyInConfig: Check = (tree) =>
  deployedCode(tree)
    .filter((path) => !path.startsWith("shared/config/"))
    .filter((path) => /\b(Deno\.env|process\.env|import\.meta\.env)\b/.test(tree.get(path) ?? ""))
    .map((path) => `${path} reads the environment: only shared/config may`);

function deployedCode(tree: Tree): string[] {
  return [...pathsUnder(tree, "shared/"), ...pathsUnder(tree, "functions/")]
    .filter((path) => path.endsWith(".ts") && !isTest(path));
}
