import { Template } from "aws-cdk-lib/assertions";
import { expect, test } from "vitest";
import { KanadeStack } from "../../cdk/stack.ts";
import { app } from "./synth.ts";

test("the kanade stack is as it was", () => {
  const made = Template.fromStack(new KanadeStack(app(), "Kanade")).toJSON();
  expect(withoutHashes(made)).toMatchSnapshot();
});

/** Without what changes with the code, with the topology and with CDK's own: assets, hash, and the version's id. */
function withoutHashes(template: unknown): unknown {
  const text = JSON.stringify(template)
    .replace(/"S3Key":"[0-9a-f]{64}\.zip"/g, '"S3Key":"<asset>"')
    .replace(/"topology":"[0-9a-f]{64}"/g, '"topology":"<hash>"')
    .replace(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, "$1<version>");
  return JSON.parse(text);
}
