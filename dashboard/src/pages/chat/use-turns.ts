import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError } from "../../api/api-error.ts";
import { type ChatInput, stopTurn, takeTurn, type ToldCall } from "../../api/chat.ts";
import { conversationOfRequest } from "../../api/conversations.ts";
import { useOrganization } from "../../organization/organization.tsx";
import { useProject } from "../../session/project.tsx";
import { isRunning, placeInput, type Turn, type TurnPlace } from "./turn.ts";

/** Where a turn stands that begins a conversation, before anybody knows its id. */
export const NEW = "new";

/** How often what has come is shown, in milliseconds: a render for each token would be work nobody sees. */
const SHOW_MS = 40;

interface TurnsOptions {
  /** A new conversation has got its id. */
  onBegun: (conversationId: string) => void;
  /** A turn ended, however: what is stored has changed. */
  onEnded: (conversationId: string | null) => void;
}

/** The turns of this page by conversation, one each. They go on while another conversation is looked at. */
export function useTurns({ onBegun, onEnded }: TurnsOptions) {
  const { client } = useProject();
  const { orgId } = useOrganization();
  const [turns, setTurns] = useState<ReadonlyMap<string, Turn>>(new Map());
  const cancels = useRef(new Set<AbortController>());
  const listeners = useRef({ onBegun, onEnded });
  listeners.current = { onBegun, onEnded };
  useEffect(() => {
    const open = cancels.current;
    return () => open.forEach((cancel) => cancel.abort());
  }, []);

  const change = useCallback((place: string, part: Partial<Turn>) => {
    setTurns((now) => {
      const turn = now.get(place);
      return turn === undefined ? now : new Map(now).set(place, { ...turn, ...part });
    });
  }, []);
  const drop = useCallback((place: string) => {
    setTurns((now) => new Map([...now].filter(([each]) => each !== place)));
  }, []);
  const move = (from: string, to: string) => {
    setTurns((now) => {
      const turn = now.get(from);
      return turn === undefined ? now : new Map([...now].filter(([each]) => each !== from)).set(to, turn);
    });
  };

  const start = async (
    said: Pick<ChatInput, "message" | "conversation_id" | "assistant_id" | "attachments">,
    at: TurnPlace,
  ) => {
    const input: ChatInput = { ...said, ...placeInput(at) };
    let place = input.conversation_id ?? NEW;
    if (isRunning(turns.get(place))) return;
    const cancel = new AbortController();
    cancels.current.add(cancel);
    const fresh = { state: "sending", requestId: null, messageId: null, calls: [], error: null } as const;
    // What an answer had said before it waited is a part of it.
    const before = at.kind === "resume" ? at.answer.content : "";
    setTurns((now) => new Map(now).set(place, { ...fresh, input, place: at, text: before }));

    // A new conversation has its address as soon as it has its first message, not only with the answer.
    const settleIn = (conversationId: string | null) => {
      if (place !== NEW || conversationId === null || cancel.signal.aborted) return;
      move(NEW, conversationId);
      place = conversationId;
      listeners.current.onBegun(conversationId);
    };
    const text = pacedText(before, (shown) => change(place, { text: shown }));
    let calls: readonly ToldCall[] = [];
    try {
      const { data, meta } = await takeTurn(client, orgId, input, {
        begun: (requestId) => {
          change(place, { requestId, state: "answering" });
          if (place === NEW) conversationOfRequest(client, orgId, requestId).then(settleIn, () => {});
        },
        delta: (piece) => text.add(piece),
        called: (call) => {
          const isKnown = calls.some(({ id }) => id === call.id);
          calls = isKnown ? calls.map((each) => each.id === call.id ? call : each) : [...calls, call];
          change(place, { calls });
        },
        restarted: () => text.clear(),
      }, cancel.signal);
      text.end();
      settleIn(data.conversation_id);
      change(place, { state: "done", text: data.text, requestId: meta.request_id, messageId: data.message_id });
      listeners.current.onEnded(data.conversation_id);
    } catch (error) {
      text.end();
      if (cancel.signal.aborted) return;
      const requestId = error instanceof ApiError ? error.requestId : null;
      if (requestId !== null) await conversationOfRequest(client, orgId, requestId).then(settleIn, () => {});
      change(place, {
        state: "failed",
        error: error instanceof Error ? error : new Error(String(error)),
        ...(requestId === null ? {} : { requestId }),
      });
      listeners.current.onEnded(place === NEW ? null : place);
    } finally {
      cancels.current.delete(cancel);
    }
  };

  const stop = async (place: string) => {
    const requestId = turns.get(place)?.requestId;
    if (!requestId) return;
    change(place, { state: "stopping" });
    // If even that does not arrive, the answer just goes on.
    await stopTurn(client, requestId).catch(() => change(place, { state: "answering" }));
  };

  return { turns, start, stop, drop };
}

/** Collects a text and shows it now and then, and at the end. */
function pacedText(before: string, show: (text: string) => void) {
  let text = before;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      show(text);
    }, SHOW_MS);
  };
  return {
    add(piece: string) {
      text += piece;
      soon();
    },
    clear() {
      text = before;
      soon();
    },
    end() {
      clearTimeout(timer);
      show(text);
    },
  };
}
