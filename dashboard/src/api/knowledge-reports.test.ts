import assert from "node:assert/strict";
import { addSearchDays, type SearchFigures } from "./knowledge-reports.ts";

const day: SearchFigures = {
  searches: 10,
  withoutResults: 1,
  questions: 4,
  answered: 3,
  clicked: 2,
  judged: 1,
  meanReciprocalRank: 1,
  latencyMs: 100,
};

Deno.test("days of searches add up, averages by what they were taken over", () => {
  const sum = addSearchDays([day, { ...day, searches: 30, judged: 3, meanReciprocalRank: 0.5, latencyMs: 300 }, {
    ...day,
    judged: 0,
    meanReciprocalRank: null,
    latencyMs: null,
  }]);
  assert.deepEqual(sum, {
    searches: 50,
    withoutResults: 3,
    questions: 12,
    answered: 9,
    clicked: 6,
    judged: 4,
    meanReciprocalRank: 0.625,
    latencyMs: 250,
  });
});

Deno.test("of no day an average is unknown, not zero", () => {
  const { searches, meanReciprocalRank, latencyMs } = addSearchDays([]);
  assert.deepEqual({ searches, meanReciprocalRank, latencyMs }, {
    searches: 0,
    meanReciprocalRank: null,
    latencyMs: null,
  });
});
