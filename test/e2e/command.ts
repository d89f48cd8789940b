import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile } from "node:fs/promises";
import { endWithProcess } from "../../functions/local/nats-server/end-with-process.ts";

export interface Ended {
  code: number | null;
  /** Both streams, as they came. */
  output: string;
  seconds: number;
}

export interface Commands extends AsyncDisposable {
  /** Runs a program to its end. */
  run(program: string, args: string[], cwd: string): Promise<Ended>;
}

/** Programs that run to their end, one after the other, or are ended with all that they started. */
export function commandsIn({ env, logPath }: { env: Record<string, string>; logPath: string }): Commands {
  let running: { child: ChildProcess; closed: Promise<unknown> } | undefined;
  return {
    async run(program, args, cwd) {
      const started = performance.now();
      // A group of its own: what the program starts can be ended with it.
      const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
      endWithProcess(child);
      let output = "";
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (text: string) => {
          output += text;
        });
      }
      const closed = once(child, "close") as Promise<[number | null]>;
      running = { child, closed };
      const [code] = await closed;
      running = undefined;
      await appendFile(logPath, `$ ${[program, ...args].join(" ")}\n${output}\n`);
      return { code, output, seconds: (performance.now() - started) / 1000 };
    },
    async [Symbol.asyncDispose]() {
      if (running?.child.pid === undefined) return;
      try {
        process.kill(-running.child.pid, "SIGKILL");
      } catch {
        // Already gone, or a system without groups.
        running.child.kill("SIGKILL");
      }
      await running.closed;
    },
  };
}
