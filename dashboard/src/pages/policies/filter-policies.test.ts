import assert from "node:assert/strict";
import type { Policy } from "../../api/policies.ts";
import { filterPolicies, readFilter, tasksOf } from "./filter-policies.ts";

const policy = (task: string | null, status: Policy["status"], org_id: string | null): Policy =>
  ({ id: `${task}/${status}/${org_id}`, task, status, org_id }) as Policy;
const policies = [
  policy(null, "active", null),
  policy("chat", "active", null),
  policy("chat", "active", "ours"),
  policy("chat", "retired", "ours"),
  policy("embed-text", "draft", "ours"),
];
const shown = (search: string) => filterPolicies(policies, readFilter(new URLSearchParams(search))).map(({ id }) => id);

Deno.test("filterPolicies shows what counts or may where nothing is asked for", () => {
  assert.deepEqual(shown(""), ["null/active/null", "chat/active/null", "chat/active/ours", "embed-text/draft/ours"]);
  assert.deepEqual(shown("status=unknown&owner=nobody"), shown(""));
});

Deno.test("filterPolicies keeps a task, a status and an owner", () => {
  assert.deepEqual(shown("task=-"), ["null/active/null"]);
  assert.deepEqual(shown("task=chat&status=all&owner=own"), ["chat/active/ours", "chat/retired/ours"]);
  assert.deepEqual(shown("status=draft"), ["embed-text/draft/ours"]);
  assert.deepEqual(shown("owner=platform&task=chat"), ["chat/active/null"]);
});

Deno.test("tasksOf names each task once, the policy of every task first", () => {
  assert.deepEqual(tasksOf(policies), ["-", "chat", "embed-text"]);
  assert.deepEqual(tasksOf([]), []);
});
