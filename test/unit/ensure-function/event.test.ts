import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventError } from "../../../functions/ensure/event/event-error.ts";
import { parseEvent } from "../../../functions/ensure/event/parse-event.ts";

const manualPlan = { mode: "plan", trigger: "manual" };

/** What the provider framework sends on, signed URL and all. */
function cloudFormationEvent(more: Record<string, unknown> = {}) {
  return {
    RequestType: "Create",
    ResponseURL: "https://cloudformation.example.com/answer?X-Amz-Signature=0123456789",
    StackId: "arn:aws:cloudformation:eu-west-1:123456789012:stack/fleet/1",
    RequestId: "1",
    ResourceType: "Custom::JetStreamEnsure",
    LogicalResourceId: "Ensure",
    ResourceProperties: {
      ServiceToken: "arn:aws:lambda:eu-west-1:123456789012:function:f",
      topology: "ab12",
      version: "7",
    },
    ...more,
  };
}

describe("an event nobody meant for this function is a plan", () => {
  it.each([
    ["nothing", undefined],
    ["null", null],
    ["the empty event", {}],
    ["the console's hello-world template", { key1: "value1", key2: "value2", key3: "value3" }],
    ["a text", "ensure"],
    ["a number", 1],
    ["a list", [{ mode: "ensure" }]],
    ["an event of S3", { Records: [{ eventSource: "aws:s3" }] }],
    ["a contract key in another letter case", { Mode: "ensure" }],
    ["a trigger among strange keys", { trigger: "x", detail: {} }],
    ["a part of a CloudFormation event", { RequestType: "Create" }],
    ["a CloudFormation event of an unknown type", cloudFormationEvent({ RequestType: "Destroy" })],
  ])("%s", (_, event) => {
    expect(parseEvent(event)).toEqual(manualPlan);
  });
});

describe("the contract's event", () => {
  it.each([
    [{ mode: "plan" }, manualPlan],
    [{ mode: "ensure" }, { mode: "ensure", trigger: "manual" }],
    [
      { mode: "ensure", trigger: "schedule" },
      { mode: "ensure", trigger: "schedule" },
    ],
    [{ trigger: "credentials" }, { mode: "plan", trigger: "credentials" }],
    [{ trigger: "Müller, release 42 (nightly)" }, { mode: "plan", trigger: "Müller, release 42 (nightly)" }],
    [{ trigger: "x".repeat(64) }, { mode: "plan", trigger: "x".repeat(64) }],
    [{ only: ["kv/*"] }, { ...manualPlan, only: ["kv/*"] }],
    [
      { mode: "ensure", only: ["stream/A", "kv/*"], approve: "9f2c" },
      { mode: "ensure", trigger: "manual", only: ["stream/A", "kv/*"], approve: "9f2c" },
    ],
    [{ adopt: true }, { ...manualPlan, adopt: true }],
    [
      { mode: "ensure", adopt: false },
      { mode: "ensure", trigger: "manual", adopt: false },
    ],
  ])("%j asks for %j", (event, request) => {
    expect(parseEvent(event)).toEqual(request);
  });

  it.each([
    [{ mode: "ensur" }, ['"mode" is "ensur"', '"plan" or "ensure"']],
    [{ mode: null }, ['"mode" is null', '"plan" or "ensure"']],
    [{ mode: "ENSURE" }, ['"mode" is "ENSURE"']],
    [{ only: "kv/jobs" }, ['"only" is "kv/jobs"', "a list of resource ids"]],
    [{ mode: "ensure", only: [] }, ['"only" is []', "a list of resource ids"]],
    [{ mode: "ensure", only: ["kv/jobs", 1] }, ['"only" is ["kv/jobs",1]']],
    [{ mode: "ensure", approve: 12 }, ['"approve" is 12', "the id of a plan"]],
    [{ mode: "ensure", approve: true }, ['"approve" is true']],
    [{ mode: "ensure", trigger: "" }, ['"trigger" is ""', "a text of 1 to 64 characters"]],
    [{ trigger: "x".repeat(65) }, ['"trigger" is "xxx', "a text of 1 to 64 characters"]],
    [{ trigger: "a\nERROR b" }, ['"trigger" is "a\\nERROR b"', "all of them visible"]],
    [{ trigger: "a\u2028b" }, ['"trigger" is "a', "all of them visible"]],
    [{ trigger: "\u202egnp.exe" }, ['"trigger" is', "all of them visible"]],
    [{ trigger: "a\ud800b" }, ['"trigger" is', "all of them visible"]],
    [{ only: Array(501).fill("kv/*") }, ['"only" has 501 patterns: it may have 500 at most']],
    [{ only: ["kv/*", "*".repeat(601)] }, ['"only" has a pattern of 601 characters ("****', "600 at most"]],
    [{ mode: "ensure", adopt: "yes" }, ['"adopt" is "yes"', "true or false"]],
    [{ mode: "ensure", onyl: ["kv/*"] }, ['unknown "onyl"', '"mode", "trigger", "only", "approve", "adopt"']],
  ])("%j is refused, by name and with what is allowed", (event, parts) => {
    const error = caught(event);
    for (const part of parts) expect(error.message).toContain(part);
  });

  it("is refused with every mistake at once", () => {
    const { message } = caught({ mode: "apply", only: "x", approve: 1, dryRun: true });
    for (const name of ["mode", "only", "approve", "dryRun"]) expect(message).toContain(`"${name}"`);
  });

  it("is refused in one sentence, without a stack, however long the wrong value is", () => {
    const error = caught({ mode: "x".repeat(100_000), ["k".repeat(5000)]: 1 });
    expect(error.message.length).toBeLessThan(1500);
    expect(error.stack).toBe(`EventError: ${error.message}`);
  });
});

describe("a value that has no string form", () => {
  it.each([
    ["a symbol", Symbol("s"), "Symbol(s)"],
    ["a bigint", 5n, "5n"],
    ["an object without a prototype", Object.assign(Object.create(null), { of: 5n }), "(a value that has no text)"],
  ])("is refused in a sentence, as any other: %s", (_, value, text) => {
    expect(() => parseEvent({ mode: value })).toThrow(
      `Nothing was done, because the event is wrong: "mode" is ${text}: it must be "plan" or "ensure".`,
    );
    expect(() => parseEvent({ mode: "plan", trigger: value, only: value, approve: value })).toThrow(EventError);
  });
});

describe("the events of AWS", () => {
  it("a scheduled event of EventBridge is a plan: the console has a Test template of that shape", () => {
    const event = {
      source: "aws.events",
      "detail-type": "Scheduled Event",
      detail: {},
      resources: ["arn:aws:events:x"],
    };
    expect(parseEvent(event)).toEqual({ mode: "plan", trigger: "schedule" });
  });

  it.each([
    { operation: "Create" },
    { operation: "Update" },
    { operation: "LabelParameterVersion", label: "prod" },
    { operation: "Delete" },
  ])("a change of a parameter is a plan, which proves the credentials that there are now: %o", (what) => {
    const detail = { name: "/orders/nats/creds", type: "SecureString", ...what };
    expect(parseEvent({ source: "aws.ssm", "detail-type": "Parameter Store Change", detail })).toEqual({
      mode: "plan",
      trigger: "credentials",
      changed: { name: "/orders/nats/creds", isLabel: what.operation === "LabelParameterVersion" },
    });
  });

  it.each([[undefined], [null], ["x"], [{}], [{ name: 5 }], [{ name: "" }]])(
    "a change of a parameter that it does not name is such a plan, too: %j",
    (detail) => {
      const event = { source: "aws.ssm", "detail-type": "Parameter Store Change", detail };
      expect(parseEvent(event)).toEqual({ mode: "plan", trigger: "credentials" });
    },
  );

  it("a new version of a secret in Secrets Manager is such a plan, too", () => {
    const detail = {
      name: "orders/nats",
      labelUpdated: "AWSCURRENT",
      versionId: "a1b2c3d4-5678-90ab-cdef-111111111111",
    };
    expect(parseEvent({ source: "aws.secretsmanager", "detail-type": "Secret Label Updated", detail })).toEqual({
      mode: "plan",
      trigger: "credentials",
    });
  });

  it("a stack that is created ensures", () => {
    expect(parseEvent(cloudFormationEvent())).toEqual({
      mode: "ensure",
      trigger: "deploy",
      customResource: { rollback: false, failOn: "failed" },
    });
  });

  it("a stack that is updated ensures, under the id it was created with", () => {
    const event = cloudFormationEvent({
      RequestType: "Update",
      PhysicalResourceId: "jetstream-ensure",
      OldResourceProperties: { version: "6" },
    });
    expect(parseEvent(event)).toMatchObject({
      mode: "ensure",
      customResource: { physicalResourceId: "jetstream-ensure", rollback: false },
    });
  });

  it("an update from version 10 to 9 is CloudFormation undoing a deployment", () => {
    const event = cloudFormationEvent({
      RequestType: "Update",
      ResourceProperties: { version: "9" },
      OldResourceProperties: { version: "10" },
    });
    expect(parseEvent(event)).toMatchObject({ mode: "ensure", customResource: { rollback: true } });
  });

  it("an update that changes only the resource's properties cannot be told from its undoing", () => {
    const event = cloudFormationEvent({
      RequestType: "Update",
      ResourceProperties: { version: "9", failOn: "held" },
      OldResourceProperties: { version: "9", failOn: "failed" },
    });
    expect(parseEvent(event)).toMatchObject({ customResource: { rollback: true, failOn: "held" } });
  });

  it.each([
    ["2", "7"],
    ["7", "2"],
  ])("versions %s and %s of two functions cannot be compared, so an undoing is not ruled out", (version, old) => {
    const event = cloudFormationEvent({
      RequestType: "Update",
      ResourceProperties: { version, function: "after" },
      OldResourceProperties: { version: old, function: "before" },
    });
    expect(parseEvent(event)).toMatchObject({ customResource: { rollback: true } });
  });

  it("what fails a deployment is refused by name where it is unknown", () => {
    expect(caught(cloudFormationEvent({ ResourceProperties: { failOn: "drift" } })).message).toContain(
      '"failOn" of the custom resource is "drift": it must be "failed", "held" or "never"',
    );
  });

  it("a stack that is deleted asks for nothing, whatever its properties are by then", () => {
    const request = parseEvent(cloudFormationEvent({ RequestType: "Delete", ResourceProperties: { failOn: "drift" } }));
    expect(request.skip).toMatch(/keeps every stream/);
  });

  it("a stack that is deleted asks for nothing", () => {
    const request = parseEvent(
      cloudFormationEvent({ RequestType: "Delete", PhysicalResourceId: "p", ResourceProperties: null }),
    );
    expect(request).toMatchObject({ mode: "plan", customResource: { physicalResourceId: "p" } });
    expect(request.skip).toMatch(/keeps every stream/);
  });

  it("a stack may ask for a plan, and name its trigger", () => {
    const event = cloudFormationEvent({ ResourceProperties: { mode: "plan", trigger: "release" } });
    expect(parseEvent(event)).toMatchObject({ mode: "plan", trigger: "release" });
  });

  it.each([["x".repeat(65)], ["a\nb"], [5]])(
    "a stack that names a trigger too long or unseen is refused: %j",
    (trigger) => {
      const event = cloudFormationEvent({ ResourceProperties: { trigger } });
      expect(caught(event).message).toContain('"trigger" of the custom resource is');
    },
  );

  it("a stack that asks for an unknown mode is refused by name", () => {
    expect(caught(cloudFormationEvent({ ResourceProperties: { mode: "enforce" } })).message).toContain(
      '"mode" of the custom resource is "enforce": it must be "plan" or "ensure"',
    );
  });

  it("nothing of CloudFormation's signed URL is kept", () => {
    expect(JSON.stringify(parseEvent(cloudFormationEvent()))).not.toContain("Signature");
  });
});

describe("whatever the event", () => {
  const keys = fc.constantFrom(
    "mode",
    "trigger",
    "only",
    "approve",
    "RequestType",
    "StackId",
    "source",
    "detail-type",
    "x",
  );
  const values = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom("plan", "ensure", "Create", "Update", "Delete", "aws.ssm", "aws.events", "Scheduled Event"),
  );
  const events = fc.oneof(fc.jsonValue(), fc.dictionary(keys, values));

  it("it is understood or refused as an EventError, and never an ensure that nobody asked for", () => {
    fc.assert(
      fc.property(events, (event) => {
        const request = outcomeOf(event);
        if (request instanceof EventError || request.mode !== "ensure") return;
        const { mode, RequestType } = event as Record<string, unknown>;
        expect(mode === "ensure" || RequestType === "Create" || RequestType === "Update").toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

function outcomeOf(event: unknown) {
  try {
    return parseEvent(event);
  } catch (error) {
    if (error instanceof EventError) return error;
    throw error;
  }
}

function caught(event: unknown): EventError {
  const outcome = outcomeOf(event);
  if (!(outcome instanceof EventError)) throw new Error(`${JSON.stringify(event).slice(0, 100)} was not refused`);
  return outcome;
}
