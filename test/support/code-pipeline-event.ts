/** What of the event is a secret: credentials of the pipeline's artifacts. */
export const JOB_SECRETS = ["5ecretKeyOfTheArtifacts", "5essionTokenOfTheArtifacts", "AKIA5OFTHEARTIFACTS"];

export const JOB_ID = "11111111-abcd-1111-abcd-111111abcdef";

/** What the Test template of a CodePipeline job has for UserParameters, in the Lambda console. */
export const TEMPLATE_PARAMETERS = "some-input-such-as-a-URL";

/** The event of a CodePipeline job, in the shape of the console's Test template, and with its id. */
export function codePipelineEvent(UserParameters?: unknown): Record<string, unknown> {
  const [secretAccessKey, sessionToken, accessKeyId] = JOB_SECRETS;
  const location = (objectKey: string) => ({ type: "S3", s3Location: { bucketName: "artifacts", objectKey } });
  return {
    "CodePipeline.job": {
      id: JOB_ID,
      accountId: "111111111111",
      data: {
        actionConfiguration: {
          configuration: {
            FunctionName: "jetstream-ensure:live",
            ...(UserParameters === undefined ? {} : { UserParameters }),
          },
        },
        inputArtifacts: [{ name: "input", revision: null, location: location("input/1.zip") }],
        outputArtifacts: [],
        artifactCredentials: { secretAccessKey, sessionToken, accessKeyId },
        continuationToken: "A continuation token if continuing job",
      },
    },
  };
}
