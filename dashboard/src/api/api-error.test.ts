import assert from "node:assert/strict";
import { ApiError, unwrap } from "./api-error.ts";

const failures: [name: string, given: { code: string | null; status: number }, kinds: [boolean, boolean]][] = [
  ["no connection", { code: null, status: 0 }, [true, false]],
  ["a proxy's page", { code: null, status: 502 }, [false, true]],
  ["a failure of the database", { code: "XX000", status: 500 }, [false, true]],
  ["a function without a provider", { code: "provider_unavailable", status: 503 }, [false, false]],
  ["a refusal of the database", { code: "42501", status: 403 }, [false, false]],
];
for (const [name, given, kinds] of failures) {
  Deno.test(`ApiError tells ${name} from what says itself what is wrong`, () => {
    const error = new ApiError("x", given);
    assert.deepEqual([error.unreachable, error.broken], kinds);
  });
}

Deno.test("unwrap() gives what a proxy's page says no further", async () => {
  const page = { data: null, error: { message: "<html>Bad gateway</html>" }, status: 502 };
  await assert.rejects(unwrap(Promise.resolve(page)), (error) => error instanceof ApiError && error.broken);
});
