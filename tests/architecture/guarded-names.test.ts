import assert from "node:assert/strict";
import { environmentOnlyInConfig, vendorSdksOnlyInProviders } from "./guarded-names.ts";
import { treeOf } from "./tree.ts";

Deno.test("vendorSdksOnlyInProviders finds an SDK anywhere else, tests excepted", () => {
  const tree = treeOf({
    "shared/providers/openai.ts": 'import OpenAI from "openai";',
    "functions/gateway/clients.test.ts": 'import OpenAI from "openai";',
    "functions/gateway/task.ts": 'import type { Chat } from "openai/resources/chat";',
    "shared/router/call.ts": 'import Anthropic from "@anthropic-ai/sdk";',
  });
  assert.deepEqual(vendorSdksOnlyInProviders(tree), [
    "shared/router/call.ts imports @anthropic-ai/sdk: only shared/providers may",
    "functions/gateway/task.ts imports openai/resources/chat: only shared/providers may",
  ]);
});

Deno.test("environmentOnlyInConfig finds a read of the environment anywhere else", () => {
  const tree = treeOf({
    "shared/config/load.ts": "Deno.env.get('X')",
    "shared/db/client.ts": "const url = Deno.env.get('SUPABASE_URL');",
    "functions/a/index.ts": "serve(handler);",
  });
  assert.deepEqual(environmentOnlyInConfig(tree), [
    "shared/db/client.ts reads the environment: only shared/config may",
  ]);
});
