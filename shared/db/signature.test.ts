import assert from "node:assert/strict";
import { matchingSignature, type SignatureRow } from "./signature.ts";
import { signatureCache } from "./signature-cache.ts";

const row = (names: string[] | null, kinds: string[] | null): SignatureRow => ({
  names,
  kinds,
  returns_set: false,
  returns_void: false,
  returns_json: false,
});

Deno.test("matchingSignature takes the overload that has all the arguments", () => {
  const rows = [row(["a"], ["other"]), row(["a", "b"], ["array", "json"])];
  assert.deepEqual([...matchingSignature(rows, ["b", "a"])?.parameters ?? []], [["a", "array"], ["b", "json"]]);
  assert.deepEqual([...matchingSignature(rows, ["a"])?.parameters ?? []], [["a", "other"]]);
  assert.equal(matchingSignature(rows, ["c"]), null);
});

Deno.test("matchingSignature does not take a returned column for a parameter", () => {
  assert.equal(matchingSignature([row(["a", "result"], ["other"])], ["a", "result"]), null);
});

Deno.test("matchingSignature knows functions without parameters", () => {
  assert.equal(matchingSignature([row(null, null)], [])?.parameters.size, 0);
});

Deno.test("signatureCache asks once for a function and set of arguments", async () => {
  const asked: string[] = [];
  const lookUp = signatureCache((text) => {
    asked.push(text);
    return Promise.resolve([row(["a", "b"], ["other", "other"])]);
  });
  await Promise.all([lookUp("f", ["a", "b"]), lookUp("f", ["b", "a"])]);
  assert.equal(asked.length, 1);
  await lookUp("f", ["a"]);
  assert.equal(asked.length, 2);
});

Deno.test("signatureCache tells what it knows without asking", async () => {
  const lookUp = signatureCache(() => Promise.resolve([row(["a"], ["json"])]));
  assert.equal(lookUp.known("f", ["a"]), null);
  const asked = lookUp("f", ["a"]);
  assert.equal(lookUp.known("f", ["a"]), null);
  const signature = await asked;
  assert.equal(lookUp.known("f", ["a"]), signature);
});

Deno.test("signatureCache asks again after a failure", async () => {
  let up = false;
  const lookUp = signatureCache(() => up ? Promise.resolve([row(null, null)]) : Promise.reject(new Error("down")));
  await assert.rejects(lookUp("f", []), { message: "down" });
  up = true;
  assert.equal((await lookUp("f", [])).returnsSet, false);
});

Deno.test("signatureCache says that there is no such function", async () => {
  await assert.rejects(signatureCache(() => Promise.resolve([]))("f", ["a"]), TypeError);
});
