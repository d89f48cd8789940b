import type { ChildProcess } from "node:child_process";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const children = new Map<ChildProcess, NodeJS.Signals>();

/**
 * Ends a child when this process ends: at its exit, and at a signal that would end it without one. Only a SIGKILL
 * of this process leaves the child running; nothing of it can act then.
 *
 * @param by what the child gets. One that may be stopped (SIGSTOP) is ended by nothing but SIGKILL.
 */
export function endWithProcess(child: ChildProcess, by: "SIGTERM" | "SIGKILL" = "SIGTERM"): void {
  if (children.size === 0) {
    process.on("exit", endAll);
    for (const signal of SIGNALS) process.on(signal, onSignal);
  }
  children.set(child, by);
  const gone = () => {
    children.delete(child);
    if (children.size === 0) stopWatching();
  };
  child.once("exit", gone).once("error", gone);
}

function endAll(): void {
  for (const [child, signal] of children) child.kill(signal);
}

function onSignal(signal: NodeJS.Signals): void {
  endAll();
  // Listening took the signal's usual effect away: give it back, unless the program has its own way to end.
  if (process.listenerCount(signal) > 1) return;
  stopWatching();
  process.kill(process.pid, signal);
}

function stopWatching(): void {
  process.off("exit", endAll);
  for (const signal of SIGNALS) process.off(signal, onSignal);
}
