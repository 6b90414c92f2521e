import assert from "node:assert/strict";
import { readHosts } from "./read-hosts.ts";

Deno.test("readHosts takes names of hosts, each once, and refuses addresses", () => {
  assert.deepEqual(readHosts(" api.example.com, API.example.com,127.0.0.1:8080 ,"), [
    "api.example.com",
    "127.0.0.1:8080",
  ]);
  assert.deepEqual(readHosts(""), []);
  assert.equal(readHosts("https://api.example.com"), null);
  assert.equal(readHosts(Array.from({ length: 51 }, (_, place) => `h${place}.example`).join()), null);
});
