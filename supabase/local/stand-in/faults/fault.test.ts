import { equal, throws } from "node:assert/strict";
import { readFaults } from "./fault.ts";

Deno.test("readFaults() takes what it knows and names what it does not", () => {
  equal(readFaults([{ kind: "status", status: 503, times: 1 }]).length, 1);
  throws(() => readFaults({}), /faults must be a list/);
  throws(() => readFaults([{ kind: "explode" }]), /faults\[0\]\.kind must be one of status, reset/);
  throws(() => readFaults([{ kind: "reset" }, { kind: "reset", provider: "x" }]), /faults\[1\]\.provider is unknown/);
  throws(() => readFaults([{ kind: "reset", times: -1 }]), /times must be a number/);
  throws(() => readFaults([{ kind: "status", status: 200 }]), /status must be 400 to 599/);
});
