import { describe, expect, it, onTestFinished } from "vitest";
import { type AwsEndpoint, startAwsEndpoint } from "../../support/aws-endpoint.ts";
import { drifted, HOSTILE, orders } from "../../support/drifted-orders.ts";
import { withServer } from "../../support/nats-server.ts";
import { api, publish } from "../../support/raw.ts";
import { newest } from "../../support/versions.ts";
import { buttonsIn, widgetContext } from "../../support/widget-html.ts";
import { captureLines } from "../../unit/ensure-function/captured-lines.ts";
import { type Lambda, startLambda } from "./invoke.ts";

const nowhere = "nats://127.0.0.1:1";
const MINUTE = 60_000;

/** A run's line, as it lies in the log. */
const runLine = (ago: number, more: object = {}) => ({
  timestamp: Date.now() - ago,
  message: JSON.stringify({
    event: "run",
    mode: "ensure",
    trigger: "schedule",
    converged: true,
    summary: { unchanged: 7, created: 0, updated: 0, held: 0, failed: 0, unmanaged: 0 },
    broker: {},
    ...more,
  }),
});

interface Stage {
  lambda: Lambda;
  logs: AwsEndpoint;
  captured: ReturnType<typeof captureLines>;
  /** The HTML of a look, or of a button's event. */
  look(event?: Record<string, unknown>, context?: Record<string, unknown>): Promise<string>;
}

async function stage(servers: string, events: object[] = [], environment: Record<string, string> = {}): Promise<Stage> {
  const logs = await startAwsEndpoint(({ startTime, endTime }) => ({
    events: events.filter((event) => within(event, startTime, endTime)),
  }));
  const lambda = await startLambda({
    topology: orders,
    servers,
    environment: { AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: logs.url, ...environment },
  });
  const captured = captureLines();
  onTestFinished(async () => {
    await lambda[Symbol.asyncDispose]();
    await logs[Symbol.asyncDispose]();
  });
  const look: Stage["look"] = async (event = {}, context = {}) =>
    (await lambda.invoke({ ...event, widgetContext: widgetContext(context) })) as unknown as string;
  return { lambda, logs, captured, look };
}

function within(event: object, start: unknown, end: unknown): boolean {
  const at = Number((event as { timestamp: number }).timestamp);
  return at >= Number(start) && at <= Number(end);
}

/** What a person reads: tags gone, entities read. */
function textOf(html: string): string {
  return html
    .replace(/<style>.*?<\/style>/s, "")
    .replace(/<cwdb-action.*?<\/cwdb-action>/gs, "")
    .replaceAll("<wbr>", "")
    .replace(/<[^>]*>/g, " ")
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replace(/\s+/g, " ");
}

describe("a look at the dashboard", () => {
  it("shows the live plan with impact and forecast, and writes nothing", () =>
    withServer(newest, {}, async (server) => {
      const nc = await server.connect();
      await drifted(nc);
      const { look } = await stage(server.url);

      const text = textOf(await look());

      expect(text).toContain("orders: drift 7 resources: 3 held, 3 to create, 1 unchanged.");
      expect(text).toContain(`nats-server ${newest}, account $G.`);
      expect(text).toContain("stream/ORDERS held description");
      expect(text).toMatch(/maxMsgs unlimited → 40 lossy: 60 messages .* held/);
      expect(text).toMatch(/storage memory → file immutable/);
      expect(text).toMatch(/denyDelete false → true one-way/);
      expect(text).toMatch(/kv\/sessions to create/);
      expect(text).toContain("1 unmanaged (on the broker, not in the topology; left alone): stream/LEGACY");
      expect(await api(nc, "STREAM.NAMES")).toMatchObject({ total: 5 });
    }));

  it("has everything from the broker as text, whatever it is", () =>
    withServer(newest, {}, async (server) => {
      await drifted(await server.connect());
      const { look } = await stage(server.url);

      const html = await look();

      expect(html).not.toContain("<script");
      expect(html).not.toContain("<img");
      expect(textOf(html)).toContain(HOSTILE.replaceAll('"', '\\"'));
    }));

  it("is no run of the history: one line of its own in the log, and no metric that an alarm could take for a run", () =>
    withServer(newest, {}, async (server) => {
      await drifted(await server.connect());
      const { look, captured } = await stage(server.url);

      await look();

      expect(captured.lines()).toMatchObject([{ level: "INFO", event: "look", trigger: "dashboard", mode: "plan" }]);
    }));

  it("keeps to the resources that the widget is about, and so do its buttons", () =>
    withServer(newest, {}, async (server) => {
      await drifted(await server.connect());
      const { look } = await stage(server.url);
      const only = ["kv/*"];

      const html = await look({ only }, { params: { only } });

      expect(textOf(html)).toContain("2 of 7 resources looked at: 1 to create, 1 unchanged.");
      expect(buttonsIn(html).map(({ event }) => event.only)).toEqual([only, only]);
    }));

  it("may not be made to write by the widget's own parameters, which come at each refresh", () =>
    withServer(newest, {}, async (server) => {
      const { look } = await stage(server.url);
      const params = { mode: "ensure" };

      const text = textOf(await look(params, { params }));

      expect(text).toContain('the widget\'s own parameters may have only "only"');
      expect((await api(await server.connect(), "STREAM.NAMES")).total).toBe(0);
    }));

  it("says in a sentence that the broker cannot be asked, and does not fail, as it is no run", async () => {
    const { look, captured } = await stage(nowhere);
    const html = await look();
    expect(textOf(html)).toMatch(/orders: no answer from the broker.*127\.0\.0\.1:1/);
    expect(buttonsIn(html).map(({ text }) => text)).toEqual(["Plan again"]);
    expect(captured.metrics()).toEqual([]);
  });

  it("says in a sentence what is wrong with the function", async () => {
    const { look, lambda } = await stage(nowhere);
    lambda.set({ NATS_SERVERS: "" });
    expect(textOf(await look())).toContain("NATS_SERVERS is missing");
  });
});

describe("the console's question what the widget is", () => {
  it.each([{ describe: true }, { describe: true, widgetContext: widgetContext() }])(
    "is answered: %j",
    async (event) => {
      const { lambda, logs, captured } = await stage(nowhere);
      expect(await lambda.invoke(event)).toMatch(/^## JetStream topology\n/);
      expect(logs.calls).toEqual([]);
      expect(captured.metrics()).toEqual([]);
    },
  );
});

describe("the last run", () => {
  it("is read from the function's own log, and told by the clock of the person who looks", () =>
    withServer(newest, {}, async (server) => {
      const broken = { timestamp: Date.now() - 30_000, message: '{"event":"run"' };
      const { look, logs } = await stage(server.url, [runLine(20 * MINUTE), runLine(3 * MINUTE), broken]);

      const text = textOf(await look());

      expect(text).toMatch(
        /Last run: ensure by schedule, 3 minutes ago \(\d{4}-\d\d-\d\d .* UTC\+01:00\): 7 unchanged\./,
      );
      expect(logs.calls).toMatchObject([
        {
          target: "Logs_20140328.FilterLogEvents",
          input: { logGroupName: "/aws/lambda/jetstream-ensure", filterPattern: '{ $.event = "run" }' },
        },
      ]);
    }));

  it("is looked for farther back where the last hour had none", async () => {
    const line = runLine(50 * 60 * MINUTE, { trigger: "<b>deploy</b>", broker: null });
    const { look, logs } = await stage(nowhere, [line]);
    expect(textOf(await look())).toMatch(
      /Last run: ensure by <b>deploy<\/b>, 2 days ago .*: the broker was not asked\./,
    );
    expect(logs.calls).toHaveLength(3);
  });

  it("is none where the log has none", async () => {
    const { look } = await stage(nowhere);
    expect(textOf(await look())).toContain("Last run: none in the last 7 days.");
  });

  it.each([
    ["AccessDeniedException", "the function may not read its log: allow it logs:FilterLogEvents there"],
    ["ResourceNotFoundException", "CloudWatch Logs could not be asked: gone"],
  ])("is unknown after %s, which does not keep the plan from being shown", (type, sentence) =>
    withServer(newest, {}, async (server) => {
      const { look, logs } = await stage(server.url);
      logs.fail({ type, message: "gone" });
      const text = textOf(await look());
      expect(text).toContain(`Last run: unknown (${sentence}).`);
      expect(text).toContain("7 resources: 7 to create.");
    }),
  );

  it("is unknown where CloudWatch Logs does not answer, which costs seconds and no more", async () => {
    const { look, logs } = await stage(nowhere);
    logs.delay(60_000);
    expect(textOf(await look())).toContain("Last run: unknown (CloudWatch Logs did not answer in time).");
  });
});

describe("a function that only looks, for the dashboard", () => {
  const live = "arn:aws:lambda:eu-west-1:123456789012:function:orders:live";
  const environment = { ENSURE_ALIAS_ARN: live };

  it("shows the plan, whose buttons that write call the alias, and which a person without that right can refresh", () =>
    withServer(newest, {}, async (server) => {
      await drifted(await server.connect());
      const { look, captured } = await stage(server.url, [], environment);

      const endpoints = buttonsIn(await look()).map(({ event, endpoint }) => [event.mode, endpoint]);

      const itself = "arn:aws:lambda:eu-west-1:123456789012:function:jetstream-ensure";
      expect(endpoints).toEqual([
        ["ensure", live],
        ["ensure", live],
        ["plan", itself],
      ]);
      expect(captured.lines()).toMatchObject([{ event: "look" }]);
    }));

  it("never writes, whatever it is asked for", () =>
    withServer(newest, {}, async (server) => {
      const nc = await server.connect();
      const { look, lambda, captured } = await stage(server.url, [], environment);
      const created = { RequestType: "Create", StackId: "s", ResponseURL: "https://x", ResourceProperties: {} };

      const pressed = textOf(await look({ mode: "ensure", trigger: "dashboard" }));
      const asked = await lambda.failure({ mode: "ensure" });
      const deployed = await lambda.failure(created);

      const sentence = `"mode" is "ensure", and this function only looks: invoke ${live}.`;
      expect(pressed).toContain(sentence);
      for (const { message } of [asked, deployed]) expect(message).toContain(sentence);
      expect(await api(nc, "STREAM.NAMES")).toMatchObject({ total: 0 });
      expect(captured.metrics()).toEqual([]);
    }));

  it("counts in no metric, also where somebody else than a dashboard asks for a plan", () =>
    withServer(newest, {}, async (server) => {
      const { lambda, captured } = await stage(server.url, [], environment);
      await lambda.invoke({ mode: "plan" });
      expect(captured.metrics()).toEqual([]);
      expect(captured.lines()).toMatchObject([{ event: "look", trigger: "manual" }]);
    }));
});

describe("the buttons", () => {
  it("ask first, call this very function, and say what is at stake", () =>
    withServer(newest, {}, async (server) => {
      await drifted(await server.connect());
      const { look } = await stage(server.url);

      const buttons = buttonsIn(await look());

      expect(buttons).toMatchObject([
        { text: "Ensure", event: { mode: "ensure", trigger: "dashboard" } },
        { text: expect.stringMatching(/^Approve plan [0-9a-f]{16}$/), event: { mode: "ensure" } },
        { text: "Plan again", confirmation: undefined, event: { mode: "plan" } },
      ]);
      const [ensure, approve] = buttons;
      expect(ensure?.confirmation).toMatch(/^Ensure orders on nats-server .*\? What is missing is created/);
      expect(approve?.confirmation).toMatch(
        /with its 2 held differences\? It discards 60 messages, for good\. 1 change/,
      );
      expect(new Set(buttons.map(({ endpoint }) => endpoint))).toEqual(
        new Set(["arn:aws:lambda:eu-west-1:123456789012:function:jetstream-ensure"]),
      );
    }));

  it("are no more than a look where there is nothing to do", () =>
    withServer(newest, {}, async (server) => {
      const { look, lambda } = await stage(server.url);
      await lambda.invoke({ mode: "ensure" });
      const html = await look();
      expect(textOf(html)).toContain("orders: the broker is as declared");
      expect(buttonsIn(html).map(({ text }) => text)).toEqual(["Plan again"]);
    }));

  it("ensure: what is safe is applied and shown, what is held is held, and it is a run of the history", () =>
    withServer(newest, {}, async (server) => {
      const nc = await server.connect();
      await drifted(nc);
      const { look, captured } = await stage(server.url);
      const [ensure] = buttonsIn(await look());

      const html = await look(ensure?.event);

      expect(textOf(html)).toContain("orders: ensured 7 resources: 3 held, 3 created, 1 unchanged.");
      expect(textOf(html)).not.toContain("Last run");
      // The plan that an ensure made rests on what it has just changed.
      expect(buttonsIn(html).map(({ text }) => text)).toEqual(["Plan again"]);
      const { config, state } = await api(nc, "STREAM.INFO.ORDERS");
      expect({ description: config.description, messages: state.messages }).toEqual({
        description: "Every order",
        messages: 100,
      });
      expect(captured.lines()).toContainEqual(
        expect.objectContaining({ event: "run", mode: "ensure", trigger: "dashboard" }),
      );
      expect(captured.metrics()).toMatchObject([{ Created: 3, Held: 3, RunsSucceeded: 1 }]);
    }));

  it("approve: exactly the plan that was shown", () =>
    withServer(newest, {}, async (server) => {
      const nc = await server.connect();
      await drifted(nc);
      const { look } = await stage(server.url);
      const [, approve] = buttonsIn(await look());

      const text = textOf(await look(approve?.event));

      expect(text).toMatch(/maxMsgs unlimited → 40 lossy: 60 messages .* applied/);
      expect((await api(nc, "STREAM.INFO.ORDERS")).state.messages).toBe(40);
    }));

  it("approve: nothing, where the broker has moved since it was shown, and the newer plan is said", () =>
    withServer(newest, {}, async (server) => {
      const nc = await server.connect();
      await drifted(nc);
      const { look } = await stage(server.url);
      const [, approve] = buttonsIn(await look());
      await publish(nc, "orders.paid", 50);

      const text = textOf(await look(approve?.event));

      expect(text).toContain("was approved, but the broker or the topology has moved since, and nothing was changed.");
      expect((await api(nc, "STREAM.INFO.ORDERS")).state.messages).toBe(150);
    }));

  it("ensure: a failure is told to the person, counted, and does not fail the invocation", async () => {
    const { look, captured } = await stage(nowhere);
    expect(textOf(await look({ mode: "ensure", trigger: "dashboard" }))).toContain("no answer from the broker");
    expect(captured.metrics()).toMatchObject([{ RunsSucceeded: 0 }]);
  });
});
