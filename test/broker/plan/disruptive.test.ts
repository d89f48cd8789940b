import { setTimeout } from "node:timers/promises";
import { createInbox, type NatsConnection } from "nats";
import { describe, expect, it } from "vitest";
import { renderResult } from "../../../lib/report/render-result.ts";
import type { Result } from "../../../lib/report/result.ts";
import type { Topology } from "../../../lib/topology/index.ts";
import { eachVersion, startServer } from "../../support/nats-server.ts";
import { api, publish, type RawAnswer } from "../../support/raw.ts";
import { differencesOf, reported, runOn } from "../../support/run.ts";

type StreamOf = NonNullable<Topology["streams"]>[number];

const shop = (...streams: NonNullable<Topology["streams"]>): Topology => ({ name: "shop", streams });

eachVersion("a disruptive change", (version) => {
  async function started() {
    const server = await startServer(version);
    const nc = await server.connect();
    await api(nc, "STREAM.CREATE.S", { name: "S", subjects: ["s.a", "s.b"] });
    return { server, nc };
  }
  const dropped = shop({ name: "S", subjects: ["s.a"], description: "without s.b" });

  it("drops no subject that holds messages: it is held, with how many and since when, and the rest is applied", async () => {
    const { server, nc } = await started();
    await using _ = server;
    await publish(nc, "s.a", 1);
    await publish(nc, "s.b", 12);

    const plan = await runOn(server, dropped, { mode: "plan" });
    const result = await runOn(server, dropped);

    expect(plan.planId).toBe(result.planId);
    expect(differencesOf(result, "stream/S")).toEqual([
      'description: "" → "without s.b", safe, applied',
      'subjects: ["s.a","s.b"] → ["s.a"], disruptive, held',
    ]);
    expect(reported(result, "stream/S").differences[1]?.reason).toMatch(
      /^messages on s\.b are no longer stored: it holds 12 messages there, the last one \d+ s ago$/,
    );
    await publish(nc, "s.b", 1);
    expect((await api(nc, "STREAM.INFO.S")).state.messages).toBe(14);
  });

  it("says how many messages each subject holds, and which part goes to another stream", async () => {
    const { server, nc } = await started();
    await using _ = server;
    await publish(nc, "s.a", 3);
    await publish(nc, "s.b", 2);
    await api(nc, "STREAM.CREATE.K", { name: "K", subjects: ["k.>"] });
    await publish(nc, "k.1.a", 4);
    await publish(nc, "k.2", 3);
    const two = shop({ name: "S", subjects: ["s.c"] });
    const parts = shop({ name: "K", subjects: ["k.0"] }, { name: "KB", subjects: ["k.1.*"] });

    const plans = [await runOn(server, two, { mode: "plan" }), await runOn(server, parts, { mode: "plan" })];

    expect(plans.map(({ resources }) => resources[0]?.differences[0]?.reason)).toEqual([
      expect.stringMatching(
        /^messages on s\.a, s\.b are no longer stored: it holds 5 messages there \(3 on s\.a, 2 on s\.b\), the last one \d+ s ago$/,
      ),
      expect.stringMatching(
        /^messages on k\.1\.\* go to stream\/KB, and of the other messages on k\.>, only those on k\.0 are stored from now on: it holds 3 messages there \(3 on k\.2\), the last one \d+ s ago$/,
      ),
    ]);
  });

  it("is the same plan when more messages have come, and approving it drops the subject", async () => {
    const { server, nc } = await started();
    await using _ = server;
    await publish(nc, "s.b", 2);
    const plan = await runOn(server, dropped, { mode: "plan" });
    await publish(nc, "s.b", 500);

    const result = await runOn(server, dropped, { approve: plan.planId ?? "" });

    expect(result).toMatchObject({ converged: true, planId: plan.planId });
    expect(differencesOf(result, "stream/S")).toContain('subjects: ["s.a","s.b"] → ["s.a"], disruptive, applied');
    await expect(nc.request("s.b", "x", { timeout: 500 })).rejects.toThrow();
    // Nothing that is stored was lost.
    expect((await api(nc, "STREAM.INFO.S")).state.messages).toBe(502);
  });

  it("is applied where the topology allows it: all, or some fields", async () => {
    const { server, nc } = await started();
    await using _ = server;
    await publish(nc, "s.b", 2);
    const allowed = (allowDisruption: boolean | string[]) =>
      shop({ name: "S", subjects: ["s.a"], noAck: true, allowDisruption });

    expect(differencesOf(await runOn(server, allowed(["subjects"])), "stream/S")).toEqual([
      'subjects: ["s.a","s.b"] → ["s.a"], disruptive, applied',
      "noAck: false → true, disruptive, held",
    ]);
    expect(await runOn(server, allowed(true))).toMatchObject({ converged: true, summary: { updated: 1 } });
  });

  it("is none where the subject holds no message: safe, and applied", async () => {
    const { server, nc } = await started();
    await using _ = server;
    await publish(nc, "s.a", 3);

    expect(differencesOf(await runOn(server, dropped), "stream/S")[1]).toBe(
      'subjects: ["s.a","s.b"] → ["s.a"], safe, applied',
    );
  });

  it("drops no subject that a consumer in use waits for, and one that nobody ever pulled from does not count", async () => {
    const { server, nc } = await started();
    await using _ = server;
    const config = { name: "billing", durable_name: "billing", ack_policy: "explicit", filter_subject: "s.b" };
    await api(nc, "CONSUMER.CREATE.S.billing.s.b", { stream_name: "S", config });
    const subjects = async () => differencesOf(await runOn(server, dropped, { mode: "plan" }), "stream/S")[1];

    const unused = await subjects();
    const inbox = createInbox();
    // Before the request: the server drops one whose inbox nobody listens to.
    nc.subscribe(inbox);
    nc.publish("$JS.API.CONSUMER.MSG.NEXT.S.billing", JSON.stringify({ expires: 60_000_000_000 }), { reply: inbox });
    await nc.flush();
    const waiting = await subjects();

    expect(unused).toBe('subjects: ["s.a","s.b"] → ["s.a"], safe, toApply');
    expect(waiting).toBe('subjects: ["s.a","s.b"] → ["s.a"], disruptive, held');
  });

  // A part of the topology judges the move as the whole does, and holds the release: nobody would store the subject. No
  // approval is offered, because none could change that.
  it("is none where another declared stream takes the subject over; without that one the subject is kept", async () => {
    const { server, nc } = await started();
    await using _ = server;
    await publish(nc, "s.b", 3);
    const moved = shop({ name: "S", subjects: ["s.a"] }, { name: "T", subjects: ["s.b"] });
    const only = ["stream/S"];

    const part = await runOn(server, moved, { mode: "plan", only });
    const approved = await runOn(server, moved, { approve: part.planId ?? "", only });
    const whole = await runOn(server, moved, { only: ["stream/S", "stream/T"] });

    for (const result of [part, approved]) {
      expect(differencesOf(result, "stream/S")).toEqual(['subjects: ["s.a","s.b"] → ["s.a"], safe, held']);
      expect(reported(result, "stream/S").error?.message).toContain(
        "It keeps s.b: stream/T, which is to take it over, is not part of this run, so that nobody would store it: " +
          "run for stream/T too (--only 'stream/S' 'stream/T').",
      );
      expect(renderResult(result)).not.toContain("approve");
    }
    expect(approved.requests.write).toBe(0);
    expect(whole).toMatchObject({ converged: true, summary: { created: 1, updated: 1 } });
    expect(reported(whole, "stream/S").differences[0]).toMatchObject({
      impact: "safe",
      reason: "s.b goes to stream/T",
    });
    await publish(nc, "s.b", 1);
    expect((await api(nc, "STREAM.INFO.T")).state.messages).toBe(1);
  });

  it("is offered no approval that could not work, where the stream left out takes a part of what is given up", async () => {
    const { server, nc } = await started();
    await using _ = server;
    await publish(nc, "s.b", 3);
    await api(nc, "STREAM.UPDATE.S", { name: "S", subjects: ["s.a", "s.b", "s.c"] });
    const moved = shop({ name: "S", subjects: ["s.a"] }, { name: "T", subjects: ["s.c"] });
    const only = ["stream/S"];

    const part = await runOn(server, moved, { mode: "plan", only });
    const approved = await runOn(server, moved, { approve: part.planId ?? "", only });
    const plan = await runOn(server, moved, { mode: "plan" });
    const whole = await runOn(server, moved, { approve: plan.planId ?? "" });

    for (const result of [part, approved]) {
      expect(reported(result, "stream/S").differences).toMatchObject([{ impact: "disruptive", blocked: true }]);
      expect(reported(result, "stream/S").error?.message).toContain("(--only 'stream/S' 'stream/T').");
      expect(renderResult(result)).not.toContain("approve");
    }
    expect(approved.requests.write).toBe(0);
    expect(renderResult(plan)).toContain(`ensure --approve ${plan.planId}`);
    expect(whole.converged).toBe(true);
  });

  it("is one where a consumer in use reads nothing but the subject that moves", async () => {
    const { server, nc } = await started();
    await using _ = server;
    const config = { name: "billing", durable_name: "billing", ack_policy: "explicit", filter_subject: "s.b" };
    await api(nc, "CONSUMER.CREATE.S.billing.s.b", { stream_name: "S", config });
    const moved = shop({ name: "S", subjects: ["s.a"] }, { name: "T", subjects: ["s.b"] });
    const unused = await runOn(server, moved, { mode: "plan" });
    const inbox = createInbox();
    // Before the request: the server drops one whose inbox nobody listens to.
    nc.subscribe(inbox);
    nc.publish("$JS.API.CONSUMER.MSG.NEXT.S.billing", JSON.stringify({ expires: 60_000_000_000 }), { reply: inbox });
    await nc.flush();

    const held = await runOn(server, moved);
    const plan = await runOn(server, moved, { mode: "plan" });
    const approved = await runOn(server, moved, { approve: plan.planId ?? "" });

    expect(reported(unused, "stream/S").differences[0]).toMatchObject({ impact: "safe" });
    expect(reported(held, "stream/S").differences[0]).toMatchObject({
      impact: "disruptive",
      outcome: "held",
      reason: "s.b goes to stream/T: its consumer billing gets nothing more here",
    });
    expect(held.requests.write).toBe(0);
    expect(approved.converged).toBe(true);
  });

  describe("by a subject that moves to another declared stream", () => {
    const T = { name: "T", subjects: ["s.b", "t"] };
    const moved = shop({ name: "S", subjects: ["s.a"] }, T);
    const reason = (result: Result) => reported(result, "stream/S").differences[0]?.reason;
    const messages = async (nc: NatsConnection, stream: string) =>
      (await api(nc, `STREAM.INFO.${stream}`)).state.messages as number;

    /** What a run with the move holds, before its plan is approved and carried out. */
    async function heldThenApproved(server: { url: string }, topology: Topology) {
      const held = await runOn(server, topology);
      const { impact, outcome } = reported(held, "stream/S").differences[0] ?? {};
      const plan = await runOn(server, topology, { mode: "plan" });
      const approved = await runOn(server, topology, { approve: plan.planId ?? "" });
      expect({ impact, outcome }).toEqual({ impact: "disruptive", outcome: "held" });
      expect(differencesOf(approved, "stream/S")).toEqual(['subjects: ["s.a","s.b"] → ["s.a"], disruptive, applied']);
      return reason(held);
    }

    it("that an undeclared stream has as a source: its copies come no more", async () => {
      const { server, nc } = await started();
      await using _ = server;
      await api(nc, "STREAM.CREATE.COPY", { name: "COPY", sources: [{ name: "S", filter_subject: "s.b" }] });
      await publish(nc, "s.b", 2);
      await expect.poll(() => messages(nc, "COPY")).toBe(2);

      const held = await heldThenApproved(server, moved);

      expect(held).toBe(
        "s.b goes to stream/T: stream/COPY takes it from S and would get no more of it: declare T as one of its sources too",
      );
      await publish(nc, "s.b", 3);
      expect(await messages(nc, "T")).toBe(3);
      await setTimeout(1000);
      expect(await messages(nc, "COPY")).toBe(2);
    });

    it("that a declared stream mirrors: its copies come no more, and those of another subject do", async () => {
      const { server, nc } = await started();
      await using _ = server;
      await api(nc, "STREAM.CREATE.COPY", { name: "COPY", mirror: { name: "S" } });
      await publish(nc, "s.b", 2);
      await expect.poll(() => messages(nc, "COPY")).toBe(2);

      const held = await heldThenApproved(server, {
        ...moved,
        streams: [...(moved.streams ?? []), { name: "COPY", mirror: { name: "S" } }],
      });

      expect(held).toBe(
        "s.b goes to stream/T: stream/COPY mirrors S and would get no more of it: only a stream with S and T as its sources gets both",
      );
      await publish(nc, "s.b", 3);
      await publish(nc, "s.a", 1);
      await expect.poll(() => messages(nc, "COPY")).toBe(3);
    });

    it("that the old stream republishes: subscribers get no more of it", async () => {
      await using server = await startServer(version);
      const nc = await server.connect();
      const republish = { src: ">", dest: "again.>" };
      await api(nc, "STREAM.CREATE.S", { name: "S", subjects: ["s.a", "s.b"], republish });
      const got: string[] = [];
      nc.subscribe("again.s.b", { callback: (_error, { data }) => void got.push(new TextDecoder().decode(data)) });
      await publish(nc, "s.b", 1, "before");
      await expect.poll(() => got).toEqual(["before"]);

      const held = await heldThenApproved(server, moved);

      expect(held).toBe(
        "s.b goes to stream/T: S republishes it as again.>, and stream/T republishes nothing: declare the same republish for stream/T",
      );
      await publish(nc, "s.b", 1, "after");
      await nc.flush();
      await setTimeout(300);
      expect(got).toEqual(["before"]);
    });

    const limited = { discard: "new" as const };
    it.each<[string, Partial<StreamOf>, RawAnswer, string, string, RegExp]>([
      [
        "is full by its count of messages",
        { ...limited, maxMsgs: 2 },
        { discard: "new", max_msgs: 2 },
        "x",
        "stream/T is full and refuses new messages (discard new, maxMsgs 2, it holds 2 messages), and S takes them: raise maxMsgs of stream/T",
        /maximum messages exceeded/,
      ],
      [
        // 2.9.10 counts the new message by its payload alone, and discards an old one where that fits.
        "is full by its size",
        { ...limited, maxBytes: "65B" },
        { discard: "new", max_bytes: 65 },
        "x",
        "stream/T is full and refuses new messages (discard new, maxBytes 65B, it holds 64 bytes), and S takes them: raise maxBytes of stream/T",
        /maximum bytes exceeded/,
      ],
      [
        "takes no message so large",
        { maxMsgSize: "10B" },
        {},
        "x".repeat(50),
        "stream/T refuses messages larger than 10B (maxMsgSize), and S takes any size, it holds 3 of ",
        /message size exceeds maximum allowed/,
      ],
    ])("to one that %s: a publish is refused", async (_title, declared, live, payload, expected, refusal) => {
      const { server, nc } = await started();
      await using _ = server;
      await api(nc, "STREAM.CREATE.T", { name: "T", subjects: ["t"], ...live });
      await publish(nc, "s.b", 3, payload);
      await publish(nc, "t", 2);

      const held = await heldThenApproved(server, shop({ name: "S", subjects: ["s.a"] }, { ...T, ...declared }));

      expect(held).toContain(`s.b goes to stream/T: ${expected}`);
      expect(held).toMatch(/ \(S is in use: it holds 3 messages there, the last one \d+ s ago\)$/);
      await expect(publish(nc, "s.b", 1, payload)).rejects.toThrow(refusal);
    });

    it("to one that is full on that subject: a publish is refused, and one on another subject is not", async () => {
      await using server = await startServer(version);
      const nc = await server.connect();
      await api(nc, "STREAM.CREATE.S", { name: "S", subjects: ["s.a", "s.b.*"] });
      const perSubject = { discard: "new", discard_new_per_subject: true, max_msgs_per_subject: 2 };
      // It has had the subject before, and still holds what came on it.
      await api(nc, "STREAM.CREATE.T", { name: "T", subjects: ["t"], ...perSubject });
      await api(nc, "STREAM.UPDATE.S", { name: "S", subjects: ["s.a"] });
      await api(nc, "STREAM.UPDATE.T", { name: "T", subjects: ["t", "s.b.*"], ...perSubject });
      await publish(nc, "s.b.one", 2);
      await publish(nc, "s.b.two", 1);
      await api(nc, "STREAM.UPDATE.T", { name: "T", subjects: ["t"], ...perSubject });
      await api(nc, "STREAM.UPDATE.S", { name: "S", subjects: ["s.a", "s.b.*"] });
      await publish(nc, "s.b.one", 3);
      const limits = (maxMsgsPerSubject: number) => ({
        discard: "new" as const,
        discardNewPerSubject: true,
        maxMsgsPerSubject,
      });
      const move = (most: number) =>
        shop({ name: "S", subjects: ["s.a"] }, { name: "T", subjects: ["t", "s.b.*"], ...limits(most) });

      const raised = await runOn(server, move(3), { mode: "plan" });
      const held = await runOn(server, move(2), { mode: "plan" });
      await runOn(server, move(2), { approve: held.planId ?? "" });

      expect(reported(raised, "stream/S").differences[0]).toMatchObject({ impact: "safe" });
      expect(reason(held)).toMatch(
        /^s\.b\.\* goes to stream\/T: stream\/T refuses messages on subjects that hold 2 \(discardNewPerSubject, maxMsgsPerSubject 2\), as s\.b\.one does there: raise maxMsgsPerSubject of stream\/T \(S is in use: /,
      );
      await expect(publish(nc, "s.b.one", 1)).rejects.toThrow(/maximum messages per subject exceeded/);
      await publish(nc, "s.b.two", 1);
    });

    it("to one that acknowledges nothing: who publishes waits in vain", async () => {
      const { server, nc } = await started();
      await using _ = server;
      await publish(nc, "s.b", 1);

      const held = await heldThenApproved(server, shop({ name: "S", subjects: ["s.a"] }, { ...T, noAck: true }));

      expect(held).toMatch(
        /^s\.b goes to stream\/T: stream\/T acknowledges no message \(noAck is true there and false in S\): declare noAck: false for stream\/T \(S is in use: it holds 1 message there/,
      );
      await expect(nc.request("s.b", "x", { timeout: 500 })).rejects.toThrow(/timeout/);
      await expect.poll(() => messages(nc, "T")).toBe(1);
    });

    it("to one that is sealed: a publish is refused", async () => {
      const { server, nc } = await started();
      await using _ = server;
      await api(nc, "STREAM.CREATE.T", { name: "T", subjects: ["t"] });
      await api(nc, "STREAM.UPDATE.T", { name: "T", subjects: ["t"], sealed: true });
      await publish(nc, "s.b", 1);

      const held = await heldThenApproved(server, moved);

      expect(held).toContain(
        "s.b goes to stream/T: stream/T is sealed and S is not: move it to another stream (S is in use: it holds 1 message there",
      );
      await expect(publish(nc, "s.b", 1)).rejects.toThrow(/sealed/);
    });

    it("is none where the new stream takes all and nobody copies the old one, whatever else is copied", async () => {
      const { server, nc } = await started();
      await using _ = server;
      await api(nc, "STREAM.CREATE.COPY", { name: "COPY", sources: [{ name: "S", filter_subject: "s.a" }] });
      await api(nc, "STREAM.CREATE.OTHER", { name: "OTHER", mirror: { name: "COPY" } });
      await publish(nc, "s.b", 3);

      const result = await runOn(server, moved);

      expect(reported(result, "stream/S").differences[0]).toMatchObject({
        impact: "safe",
        outcome: "applied",
        reason: "s.b goes to stream/T",
      });
      await publish(nc, "s.b", 1);
      expect(await messages(nc, "T")).toBe(1);
    });

    it("is none where the run makes the new stream a source of the copy too: copies still arrive", async () => {
      const { server, nc } = await started();
      await using _ = server;
      await api(nc, "STREAM.CREATE.T", { name: "T", subjects: ["t"] });
      await api(nc, "STREAM.CREATE.COPY", { name: "COPY", sources: [{ name: "S" }] });
      await publish(nc, "s.b", 2);
      await expect.poll(() => messages(nc, "COPY")).toBe(2);

      const both = { name: "COPY", sources: [{ name: "S" }, { name: "T" }] };
      const result = await runOn(server, { ...moved, streams: [...(moved.streams ?? []), both] });

      expect(reported(result, "stream/S").differences[0]).toMatchObject({ impact: "safe", outcome: "applied" });
      await publish(nc, "s.b", 3);
      await expect.poll(() => messages(nc, "COPY"), { timeout: 10_000 }).toBe(5);
    });
  });

  it("is none where a wider subject covers it: [orders.new] → [orders.>] is not told as no longer stored", async () => {
    await using server = await startServer(version);
    const nc = await server.connect();
    await api(nc, "STREAM.CREATE.ORDERS", { name: "ORDERS", subjects: ["orders.new"] });
    await publish(nc, "orders.new", 3);

    const result = await runOn(server, shop({ name: "ORDERS", subjects: ["orders.>"] }));

    expect(reported(result, "stream/ORDERS").differences).toEqual([
      { field: "subjects", live: ["orders.new"], declared: ["orders.>"], impact: "safe", outcome: "applied" },
    ]);
  });

  it("is known without the permission to read a message, and without the time of the last one", async () => {
    const plan = ["$JS.API.INFO", "$JS.API.STREAM.INFO.*", "$JS.API.STREAM.NAMES", "$JS.API.CONSUMER.LIST.*"];
    const config = `authorization { users: [
      { user: all, password: all },
      { user: planner, password: planner, permissions: { publish: ${JSON.stringify(plan)}, subscribe: "_INBOX.>" } } ] }`;
    await using server = await startServer(version, { config });
    const nc = await server.connect({ user: "all", pass: "all" });
    await api(nc, "STREAM.CREATE.S", { name: "S", subjects: ["s.a", "s.b"] });
    await publish(nc, "s.b", 12);

    const connection = { credentials: { user: "planner", password: "planner" } };
    const result = await runOn(server, dropped, { mode: "plan", connection });

    expect(reported(result, "stream/S").differences[1]).toMatchObject({
      impact: "disruptive",
      outcome: "held",
      reason: "messages on s.b are no longer stored: it holds 12 messages there",
    });
  });

  it("of a consumer that is there: a filter that leaves out what is stored, no payload, a removal when idle", async () => {
    const { server, nc } = await started();
    await using _ = server;
    await publish(nc, "s.a", 1);
    await publish(nc, "s.b", 2);
    for (const name of ["used", "unused"]) {
      const config = { name, durable_name: name, ack_policy: "explicit" };
      await api(nc, `CONSUMER.CREATE.S.${name}`, { stream_name: "S", config });
    }
    const inbox = createInbox();
    const messages = nc.subscribe(inbox, { max: 1 });
    nc.publish("$JS.API.CONSUMER.MSG.NEXT.S.used", "1", { reply: inbox });
    for await (const _message of messages) break;
    const declared = { stream: "S", filterSubject: "s.a", headersOnly: true, inactiveThreshold: "1h" };
    const consumers = [
      { ...declared, name: "used" },
      { ...declared, name: "unused" },
    ];

    const result = await runOn(server, { name: "shop", consumers });

    expect(differencesOf(result, "consumer/S/used")).toEqual([
      'filterSubject: "" → "s.a", disruptive, held',
      "headersOnly: false → true, disruptive, held",
      'inactiveThreshold: "0s" → "1h", disruptive, held',
    ]);
    expect(reported(result, "consumer/S/used").differences[0]?.reason).toMatch(
      /^of messages on >, only those on s\.a are delivered from now on: 1 message being processed, and its stream: it holds 2 messages there \(2 on s\.b\), the last one \d+ s ago$/,
    );
    expect(reported(result, "consumer/S/unused")).toMatchObject({ outcome: "updated" });
  });

  it("of a source: its removal is held while its origin is there, and applied when that is not", async () => {
    await using server = await startServer(version);
    const nc = await server.connect();
    await api(nc, "STREAM.CREATE.A", { name: "A", subjects: ["a"] });
    await publish(nc, "a", 3);
    await api(nc, "STREAM.CREATE.ALL", { name: "ALL", sources: [{ name: "A" }, { name: "GONE" }] });
    const all = () => api(nc, "STREAM.INFO.ALL");
    await expect.poll(async () => (await all()).state.messages).toBe(3);
    const sources = (...names: string[]) => shop({ name: "ALL", sources: names.map((name) => ({ name })) });
    const removed = await runOn(server, sources("GONE"), { mode: "plan" });
    const cleaned = await runOn(server, sources("A"));

    expect(reported(removed, "stream/ALL").differences[0]).toMatchObject({ impact: "disruptive", outcome: "held" });
    expect(reported(removed, "stream/ALL").differences[0]?.reason).toContain("what is taken from A stays");
    expect(reported(cleaned, "stream/ALL").differences[0]).toMatchObject({ impact: "safe", outcome: "applied" });
    await publish(nc, "a", 1);
    await expect.poll(async () => (await all()).state.messages).toBe(4);
  });

  it("is found in what only the second look tells: a subject that holds nothing is exchanged for one that is taken", async () => {
    const { server, nc } = await started();
    await using _ = server;
    await publish(nc, "s.a", 1);
    await api(nc, "STREAM.CREATE.OTHER", { name: "OTHER", subjects: ["s.c"] });

    const plan = await runOn(server, shop({ name: "S", subjects: ["s.a", "s.c"] }), { mode: "plan" });

    expect(reported(plan, "stream/S")).toMatchObject({ outcome: "held", error: { code: 10065 } });
  });
});
