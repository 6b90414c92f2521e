import { deepEqual, rejects } from "node:assert/strict";
import { Connections } from "./connections.ts";

/** Connections named by numbers, and calls that end when they are told to. */
function world(most: number) {
  let made = 0;
  const used: string[] = [];
  const connections = new Connections(() => ++made, most);
  const call = (name: string) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const done = connections.use((connection) => {
      used.push(`${name} on ${connection}`);
      return promise;
    });
    return { done, end: resolve, fail: reject };
  };
  return { connections, used, call };
}

Deno.test("Connections uses again what was used last, and makes another only when all are busy", async () => {
  const { connections, used, call } = world(10);
  const [a, b] = [call("a"), call("b")];
  a.end();
  await a.done;
  b.end();
  await b.done;
  for (const name of ["c", "d"]) {
    const one = call(name);
    one.end();
    await one.done;
  }
  deepEqual(used, ["a on 1", "b on 2", "c on 2", "d on 2"]);
  deepEqual(connections.all, [1, 2]);
});

Deno.test("Connections lets those wait in order who find all of them busy, and goes on after a failure", async () => {
  const { connections, used, call } = world(1);
  const [a, b, c] = [call("a"), call("b"), call("c")];
  deepEqual(used, ["a on 1"]);
  a.fail(new Error("down"));
  await rejects(a.done, /down/);
  b.end();
  await b.done;
  c.end();
  await c.done;
  deepEqual(used, ["a on 1", "b on 1", "c on 1"]);
  deepEqual(connections.all, [1]);
});
