import { taskHandler } from "@shared/ai-task/mod.ts";
import {
  callTask,
  introduceTask,
  type Introductions,
  MOST_INTRODUCED,
  type StepAnswer,
} from "@shared/retrieval/mod.ts";
import type { Job } from "./job.ts";
import type { JobCalls } from "./perceive.ts";

/** A passage to introduce. */
export interface Unintroduced {
  section: string;
  content: string;
}

/** A sentence about each passage, null where there is none, and what the calls were. */
export interface Introduced {
  texts: (string | null)[];
  metas: StepAnswer<unknown>["meta"][];
}

/** Has passages of a job introduced. */
export type Introduce = (passages: readonly Unintroduced[], job: Job) => Promise<Introduced>;

/** Has a model say what passages are about, ten neighbours a call; a call that gives nothing leaves them without. */
export function introducer({ request, envelope, task }: JobCalls): Introduce {
  return async (passages, job) => {
    const handler = taskHandler(introduceTask("introduce-passages"), task);
    const groups = Array.from(
      { length: Math.ceil(passages.length / MOST_INTRODUCED) },
      (_, group) => passages.slice(group * MOST_INTRODUCED, (group + 1) * MOST_INTRODUCED),
    );
    const answers = await Promise.all(
      groups.map((group) =>
        callTask<{ introductions: Introductions }>(handler, request, {
          ...envelope(job),
          input: { document: job.name, passages: group.map(({ section, content }) => ({ section, content })) },
        })
      ),
    );
    const texts: (string | null)[] = passages.map(() => null);
    answers.forEach(({ data }, group) => {
      for (const { passage, text } of data.introductions) {
        const at = group * MOST_INTRODUCED + passage - 1;
        if (passage <= (groups[group]?.length ?? 0) && text.trim() !== "") texts[at] = text.trim();
      }
    });
    return { texts, metas: answers.map(({ meta }) => meta) };
  };
}
