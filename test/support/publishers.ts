import { setTimeout as sleep } from "node:timers/promises";
import type { NatsConnection } from "nats";
import { api } from "./raw.ts";

/** A message that a stream has acknowledged. */
export interface Acknowledged {
  subject: string;
  data: string;
}

export interface Publishers {
  /** No more is published. @returns what was acknowledged, and how often a publish met no stream */
  end(): Promise<{ acknowledged: Acknowledged[]; gaps: number }>;
}

/**
 * Publishes to each subject all the while, one message after the other: by turns one that is tried until it is
 * acknowledged, and one that is published once. Trouble of the broker, such as a restart, is waited for.
 *
 * @param connection the one to use now: after a restart of the broker it is another one
 * @param pauseMs milliseconds between two messages to one subject
 */
export function publishThroughout(
  connection: () => Promise<NatsConnection>,
  subjects: string[],
  pauseMs = 1,
): Publishers {
  const acknowledged: Acknowledged[] = [];
  let [ended, gaps] = [false, 0];
  const publishOnce = async (subject: string, data: string): Promise<boolean> => {
    try {
      const nc = await connection();
      const answer = await nc.request(subject, data, { timeout: 1000 });
      if (answer.json<{ seq?: number }>().seq === undefined) return false;
      acknowledged.push({ subject, data });
      return true;
    } catch {
      gaps += 1;
      return false;
    }
  };
  const publishing = subjects.map(async (subject) => {
    for (let number = 0; !ended; number += 1) {
      const data = `${subject} ${number}`;
      const isPatient = number % 2 === 0;
      while (!(await publishOnce(subject, data)) && isPatient && !ended) await sleep(2 * pauseMs);
      await sleep(pauseMs);
    }
  });
  return {
    async end() {
      ended = true;
      await Promise.all(publishing);
      return { acknowledged, gaps };
    },
  };
}

/** Those acknowledged messages that no stream has. */
export async function missingOf(nc: NatsConnection, acknowledged: Acknowledged[]): Promise<string[]> {
  const { streams } = await api(nc, "STREAM.NAMES");
  const stored = new Set<string>();
  for (const stream of (streams ?? []) as string[]) {
    const { state } = await api(nc, `STREAM.INFO.${stream}`);
    for (let next = Number(state.first_seq), left = state.messages; left > 0; left -= 1) {
      const { message } = await api(nc, `STREAM.MSG.GET.${stream}`, { seq: next, next_by_subj: ">" });
      stored.add(Buffer.from(message.data ?? "", "base64").toString());
      next = message.seq + 1;
    }
  }
  return acknowledged.flatMap(({ data }) => (stored.has(data) ? [] : [data]));
}

/** Those subjects that no stream stores now. */
export async function unstoredOf(nc: NatsConnection, subjects: string[]): Promise<string[]> {
  const owners = await Promise.all(subjects.map((subject) => api(nc, "STREAM.NAMES", { subject })));
  return subjects.filter((_, at) => (owners[at]?.streams ?? []).length === 0);
}
