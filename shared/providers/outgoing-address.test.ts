import { rejects } from "node:assert/strict";
import { checkOutgoing } from "./outgoing-address.ts";

const nowhere = { allowed: null, resolve: () => Promise.resolve([]) };

Deno.test("checkOutgoing lets public names through", async () => {
  const resolve = (_: string, type: string) => Promise.resolve(type === "A" ? ["93.184.216.34"] : []);
  await checkOutgoing("https://api.example.com/v1", { allowed: null, resolve });
  await checkOutgoing("https://93.184.216.34/v1", nowhere);
});

for (
  const address of [
    "http://api.example.com/v1",
    "https://localhost/v1",
    "https://kong/v1",
    "https://db.internal/v1",
    "https://printer.local./v1",
    "https://127.0.0.1/v1",
    "https://2130706433/v1",
    "https://0x7f.1/v1",
    "https://169.254.169.254/latest",
    "https://[::1]/v1",
    "https://[::ffff:10.0.0.1]/v1",
    "https://[fd00::1]/v1",
  ]
) {
  Deno.test(`checkOutgoing refuses ${address}`, async () => {
    await rejects(checkOutgoing(address, nowhere), { name: "ProviderError" });
  });
}

Deno.test("checkOutgoing refuses a public name that leads inside, by either kind of address", async () => {
  for (const inside of ["10.1.2.3", "fe80::1"]) {
    const resolve = (_: string, type: string) =>
      Promise.resolve((type === "AAAA") === inside.includes(":") ? [inside] : []);
    await rejects(checkOutgoing("https://rebound.example.com/v1", { allowed: null, resolve }), /private network/);
  }
});

Deno.test("checkOutgoing goes by an operator's list where there is one, and by nothing else", async () => {
  const listed = { ...nowhere, allowed: ["api.example.com", "127.0.0.1:11434"] };
  await checkOutgoing("https://api.example.com/v1", listed);
  await checkOutgoing("http://127.0.0.1:11434/v1", listed);
  await rejects(checkOutgoing("https://other.example.com/v1", listed), /not on the list/);
  await rejects(checkOutgoing("http://127.0.0.1:5432/v1", listed), /not on the list/);
});
