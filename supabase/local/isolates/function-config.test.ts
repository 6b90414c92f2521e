import { deepEqual, throws } from "node:assert/strict";
import { readFunctionConfigs } from "./function-config.ts";

const defaults = {
  configToml: "/project/supabase/config.toml",
  functionsDir: "/project/functions",
  importMap: "/project/deno.json",
};

Deno.test("readFunctionConfigs resolves paths against the folder of config.toml", () => {
  const toml = `
    project_id = "x"
    [functions.summarize]
    verify_jwt = false
    entrypoint = "../functions/summarize/index.ts"
    import_map = "../functions/summarize/deno.json"`;
  deepEqual(readFunctionConfigs(toml, defaults).get("summarize"), {
    slug: "summarize",
    enabled: true,
    verifyJwt: false,
    entrypoint: "/project/functions/summarize/index.ts",
    importMap: "/project/functions/summarize/deno.json",
  });
});

Deno.test("readFunctionConfigs fills in the platform's defaults: enabled, token checked", () => {
  deepEqual(readFunctionConfigs("[functions.plain]\nenabled = false", defaults).get("plain"), {
    slug: "plain",
    enabled: false,
    verifyJwt: true,
    entrypoint: "/project/functions/plain/index.ts",
    importMap: "/project/deno.json",
  });
  deepEqual(readFunctionConfigs("", defaults).size, 0);
});

Deno.test("readFunctionConfigs names the value that it cannot understand", () => {
  throws(
    () => readFunctionConfigs("[functions.x]\nverify_jwt = 'no'", defaults),
    /functions\.x\.verify_jwt must be true or false/,
  );
  throws(
    () => readFunctionConfigs("[functions.x]\nentrypoint = 1", defaults),
    /functions\.x\.entrypoint must be a string/,
  );
  throws(() => readFunctionConfigs("functions = 1", defaults), /functions must be a table/);
  throws(() => readFunctionConfigs("[functions", defaults), /not valid TOML/);
});
