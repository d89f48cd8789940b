import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codePipelineJobId, parseCodePipelineJob } from "../../../functions/ensure/callers/code-pipeline-job.ts";
import { EventError } from "../../../functions/ensure/event/event-error.ts";
import { codePipelineEvent, JOB_ID, JOB_SECRETS, TEMPLATE_PARAMETERS } from "../../support/code-pipeline-event.ts";

const asked = (parameters: unknown) => parseCodePipelineJob(codePipelineEvent(parameters));
const plan = { request: { mode: "plan", trigger: "pipeline" }, failOn: "failed" };

describe("a job of CodePipeline", () => {
  it("is told by its id", () => {
    expect(codePipelineJobId(codePipelineEvent())).toBe(JOB_ID);
  });

  it.each([
    [undefined],
    [null],
    ["CodePipeline.job"],
    [{ mode: "plan" }],
    [{ "CodePipeline.job": null }],
    [{ "CodePipeline.job": {} }],
    [{ "CodePipeline.job": { id: 7 } }],
    [{ "CodePipeline.job": { id: " " } }],
    [[codePipelineEvent()]],
  ])("is not %j", (event) => {
    expect(codePipelineJobId(event)).toBeUndefined();
  });

  it.each([
    ["no UserParameters", undefined],
    ["none by another name", null],
    ["an empty text", ""],
    ["a blank text", " \n"],
    ["an empty object", "{}"],
    ["no more than a trigger", '{"trigger":"pipeline"}'],
  ])("is a plan with %s", (_, parameters) => {
    expect(asked(parameters)).toEqual(plan);
  });

  it.each([[{}], [{ data: null }], [{ data: { actionConfiguration: [] } }]])(
    "is a plan without configuration: %j",
    (rest) => {
      expect(parseCodePipelineJob({ "CodePipeline.job": { id: JOB_ID, ...rest } })).toEqual(plan);
    },
  );

  it("asks for what an event of ours can ask for, and for what fails it", () => {
    const parameters = { mode: "ensure", only: ["kv/*"], approve: "9f2c", trigger: "release", failOn: "held" };
    expect(asked(JSON.stringify(parameters))).toEqual({
      request: { mode: "ensure", only: ["kv/*"], approve: "9f2c", trigger: "release" },
      failOn: "held",
    });
  });

  it.each([
    [TEMPLATE_PARAMETERS, ['UserParameters are "some-input-such-as-a-URL"', '{"mode":"ensure"}']],
    ["ensure", ['UserParameters are "ensure"']],
    ['{"mode":"ensure"', ["must be a JSON object"]],
    ['"ensure"', ["must be a JSON object"]],
    ["[]", ["must be a JSON object"]],
    ["null", ["must be a JSON object"]],
    ["1", ["must be a JSON object"]],
    [{ mode: "ensure" }, ["must be a JSON object"]],
    ['{"mode":"ENSURE"}', ['"mode" is "ENSURE"', '"plan" or "ensure"']],
    ['{"mode":"ensure","failon":"held"}', ['unknown "failon"', '"approve", "adopt", "failOn"']],
    [
      '{"mode":"ensure","failOn":"drift"}',
      ['"failOn" of the action\'s UserParameters is "drift"', '"held" or "never"'],
    ],
    ['{"mode":"ensure","approve":""}', ['"approve" is ""']],
    ['{"mode":"ensure","only":"kv/*"}', ['"only" is "kv/*"', "a list of resource ids"]],
  ])("%j fails, with what is allowed", (parameters, parts) => {
    const error = refused(parameters);
    for (const part of parts) expect(error.message).toContain(part);
  });

  it("never writes, and never repeats its credentials, whatever its UserParameters are", () => {
    const parameters = fc.oneof(fc.string(), fc.json(), fc.jsonValue());
    fc.assert(
      fc.property(parameters, (each) => {
        try {
          expect(asked(each)).toEqual(plan);
        } catch (error) {
          expect(error).toBeInstanceOf(EventError);
          for (const secret of JOB_SECRETS) expect((error as Error).message).not.toContain(secret);
        }
      }),
    );
  });
});

function refused(parameters: unknown): EventError {
  try {
    asked(parameters);
  } catch (error) {
    if (error instanceof EventError) return error;
    throw error;
  }
  throw new Error("The job was not refused.");
}
