import { equal } from "node:assert/strict";
import { guestEnvironment } from "./guest-environment.ts";

Deno.test("guestEnvironment keeps the machine's own secrets from functions", () => {
  const environment = guestEnvironment(
    { AWS_SECRET_ACCESS_KEY: "secret", HOME: "/home/a", no_proxy: "internal" },
    "task",
  );
  equal(environment["AWS_SECRET_ACCESS_KEY"], undefined);
  equal(environment["HOME"], "/home/a");
  equal(environment["NO_PROXY"], "internal,127.0.0.1,localhost,[::1]");
  equal(environment["SB_REGION"], "local");
});
