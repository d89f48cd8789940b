import type { Socket } from "node:net";
import { type DelayLine, delayLine } from "./delay-line.ts";

/** How it is travelled now. */
export interface RoadState {
  /** Milliseconds that each chunk is under way. */
  delayMs(): number;
  /** Infinity: no limit. */
  bytesPerSecond(): number;
  /** Nothing arrives, and nobody is told. */
  blocked(): boolean;
}

/** Something that happens when a traveller comes by: before what begins at `at` is passed on. */
export interface Stop {
  at: number;
  act(): Promise<unknown> | unknown;
}

export interface Road {
  line: DelayLine;
  /** Passes a chunk on, with a stop before some of its bytes. Order is kept. */
  carry(chunk: Buffer, stops?: Stop[]): void;
}

/** Pieces a second that a chunk is cut into where bytes are slow. */
const PIECES_PER_SECOND = 20;

/** One of the two ways of one connection. */
export function road(state: RoadState, arrive: (bytes: Buffer) => void): Road {
  let held = false;
  let freeAt = 0;
  const line = delayLine(() => held || state.blocked());

  function send(bytes: Buffer): void {
    const rate = state.bytesPerSecond();
    const most = Number.isFinite(rate) ? Math.max(1, Math.ceil(rate / PIECES_PER_SECOND)) : bytes.length;
    for (let at = 0; at < bytes.length; at += most) {
      const piece = bytes.subarray(at, at + most);
      const now = performance.now();
      freeAt = Math.max(freeAt, now) + (Number.isFinite(rate) ? (piece.length / rate) * 1000 : 0);
      line.add(state.delayMs() + freeAt - now, () => arrive(piece));
    }
  }

  return {
    line,
    carry(chunk, stops = []) {
      let from = 0;
      for (const { at, act } of stops) {
        send(chunk.subarray(from, at));
        from = at;
        line.add(0, () => {
          held = true;
          void Promise.resolve()
            .then(act)
            // Whoever began it is told of it.
            .catch(() => undefined)
            .finally(() => {
              held = false;
              line.run();
            });
        });
      }
      send(chunk.subarray(from));
    },
  };
}

/** A socket's reset, as a crash of its process or machine looks from the other side. */
export function breakOff(socket: Socket): void {
  socket.on("error", () => undefined).resetAndDestroy();
}
