import type { Isolate } from "./isolate.ts";
import type { GuestRequest } from "./wire.ts";

/** Whether a request asks for a WebSocket. */
export function wantsWebSocket(request: Request): boolean {
  return request.headers.get("upgrade")?.toLowerCase() === "websocket";
}

/**
 * Joins the client's WebSocket with one to the function. The function's side opens first, so that its refusal is seen before the client
 * is told yes; the refusal itself cannot be read through the WebSocket API and becomes 502.
 */
export async function forwardWebSocket(isolate: Isolate, request: Request, seen: GuestRequest): Promise<Response> {
  const open = isolate.begin(performance.now());
  const protocols = request.headers.get("sec-websocket-protocol")?.split(",").map((name) => name.trim()) ?? [];
  const inner = isolate.connect(seen, protocols);
  inner.binaryType = "arraybuffer";
  const opened = await new Promise<boolean>((answer) => {
    inner.onopen = () => answer(true);
    inner.onerror = () => answer(false);
  });
  if (!opened) {
    isolate.end(open);
    return new Response("The function did not accept the WebSocket", { status: 502 });
  }
  const { socket, response } = Deno.upgradeWebSocket(
    request,
    inner.protocol === "" ? {} : { protocol: inner.protocol },
  );
  socket.binaryType = "arraybuffer";
  // What the function says before the client's side is open waits for it.
  const early: (string | ArrayBuffer)[] = [];
  inner.onmessage = ({ data }) => socket.readyState === WebSocket.OPEN ? socket.send(data) : early.push(data);
  socket.onopen = () => early.splice(0).forEach((data) => socket.send(data));
  socket.onmessage = ({ data }) => inner.readyState === WebSocket.OPEN && inner.send(data);
  socket.onclose = ({ code, reason }) => close(inner, code, reason);
  inner.onclose = ({ code, reason }) => {
    isolate.end(open);
    close(socket, code, reason);
  };
  inner.onerror = null;
  return response;
}

function close(socket: WebSocket, code: number, reason: string): void {
  // Codes outside these may be received but not sent; 1000 says no more than that it is over.
  const sendable = code === 1000 || (code >= 3000 && code <= 4999);
  if (socket.readyState < WebSocket.CLOSING) socket.close(sendable ? code : 1000, reason);
}
