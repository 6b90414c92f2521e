/** A way to a server that can be taken away and given back. */
export interface Passage {
  port: number;
  /** Ends every connection and accepts no other. */
  close(): void;
  open(): void;
}

/** A port of its own in front of a TCP server. */
export function passageTo({ hostname, port }: { hostname: string; port: number }): Passage {
  const first = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const own = (first.addr as Deno.NetAddr).port;
  let listener: Deno.Listener | null = first;
  const open = new Set<Deno.Conn>();

  const carry = async (near: Deno.Conn) => {
    try {
      const far = await Deno.connect({ hostname, port });
      open.add(near).add(far);
      await Promise.all([near.readable.pipeTo(far.writable), far.readable.pipeTo(near.writable)]);
    } catch {
      // One of the two is gone, and the other with it.
    }
  };
  const accept = async (connections: Deno.Listener) => {
    try {
      while (true) void carry(await connections.accept());
    } catch {
      // It was closed.
    }
  };
  void accept(first);
  return {
    port: own,
    close() {
      listener?.close();
      listener = null;
      for (const connection of open) {
        try {
          connection.close();
        } catch {
          // Its other end was faster.
        }
      }
      open.clear();
    },
    open() {
      listener = Deno.listen({ hostname: "127.0.0.1", port: own });
      void accept(listener);
    },
  };
}
