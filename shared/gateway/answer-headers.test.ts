import { equal } from "node:assert/strict";
import { answerHeaders } from "./answer-headers.ts";

const headersOf = (model: string, ignored: string[] = []) =>
  new Headers(answerHeaders({
    requestId: "00000000-0000-4000-8000-000000000001",
    candidate: { provider: "acme", model },
    costUsd: "0.1",
    cache: "off",
    budget: null,
    upstream: null,
    ignored,
  }));

Deno.test("answerHeaders writes a model's name as it is, or so that a header can carry it", () => {
  equal(headersOf("meta-llama/Llama-4").get("x-signalbox-model"), "acme/meta-llama/Llama-4");
  equal(headersOf("m\u00f6d\r\nx: \u65e5\ud83d").get("x-signalbox-model"), "acme/m%C3%B6d%0D%0Ax: %E6%97%A5%EF%BF%BD");
});

Deno.test("answerHeaders never fails for a name a client chose", () => {
  equal(headersOf("m", ["cache_control", "a\nb"]).get("x-signalbox-ignored"), "cache_control, a%0Ab");
});
