/**
 * Connections to one server, each for one call at a time. The one that was used last is used next, so that a caller who asks one thing
 * after the other stays with the server process that has its plans and tables at hand: taken in turn, each process came to them cold,
 * which cost an admission a quarter of its time.
 */
export class Connections<Connection> {
  readonly #idle: Connection[] = [];
  readonly #waiting: ((connection: Connection) => void)[] = [];
  /** Every connection there is, busy ones included. */
  readonly all: Connection[] = [];

  /** @param most Connections at most; whoever finds all of them busy waits for his turn. */
  constructor(readonly connect: () => Connection, readonly most: number) {}

  async use<Result>(work: (connection: Connection) => PromiseLike<Result>): Promise<Result> {
    const connection = this.#idle.pop() ?? this.#another() ?? await this.#turn();
    try {
      return await work(connection);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#idle.push(connection);
      else next(connection);
    }
  }

  #another(): Connection | null {
    if (this.all.length >= this.most) return null;
    const connection = this.connect();
    this.all.push(connection);
    return connection;
  }

  #turn(): Promise<Connection> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
