import { equal } from "node:assert/strict";
import { isInside } from "./outgoing-address.ts";

Deno.test("isInside knows the edges of private ranges", () => {
  const cases: [string, boolean][] = [
    ["172.15.255.255", false],
    ["172.16.0.0", true],
    ["172.31.255.255", true],
    ["172.32.0.0", false],
    ["100.63.255.255", false],
    ["100.64.0.0", true],
    ["223.255.255.255", false],
    ["224.0.0.1", true],
    ["2606:4700::1111", false],
    ["2002:7f00:1::", true],
    ["2001:0:7f00:1::", true],
    ["2001::1", true],
    ["2001:db8:0:1::1", false],
    ["::", true],
  ];
  for (const [address, inside] of cases) equal(isInside(address), inside, address);
});
