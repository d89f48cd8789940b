import { randomBytes } from "node:crypto";
import { AwsError } from "./aws-json-server.ts";
import type { SsmParameter } from "./ssm-parameter.ts";

/** What is read of a request's body. */
export interface SsmRequest {
  Name?: string;
  Names?: string[];
  WithDecryption?: boolean;
  Value?: string;
  Type?: "SecureString" | "String";
  Overwrite?: boolean;
}

interface Stored {
  value: string;
  ciphertext: string;
  type: "SecureString" | "String";
  denied: boolean;
  version: number;
  modified: number;
}

const REGION_AND_ACCOUNT = "us-east-1:000000000000";
const CALLER = "arn:aws:sts::000000000000:assumed-role/local/local";
/** A limit of the service: more names in one GetParameters are refused. */
const MOST_NAMES = 10;

/** The parameters, and SSM's operations on them. */
export function ssmOperations(parameters: Record<string, SsmParameter>) {
  const store = new Map<string, Stored>();
  for (const [name, { value, type, denied, changedAt }] of Object.entries(parameters)) {
    const rest = { type: type ?? "SecureString", denied: denied ?? false, version: 1 } as const;
    store.set(name, stored(value, rest, changedAt));
  }

  function put(name: string, value: string, type?: "SecureString" | "String"): number {
    const old = store.get(name);
    const next = { type: type ?? old?.type ?? "SecureString", denied: old?.denied ?? false };
    store.set(name, stored(value, { ...next, version: (old?.version ?? 0) + 1 }));
    return store.get(name)?.version ?? 1;
  }

  function getParameters({ Names = [], WithDecryption }: SsmRequest): object {
    if (Names.length > MOST_NAMES) {
      throw new AwsError(
        "ValidationException",
        `1 validation error detected: Value '[${Names.join(", ")}]' at 'names' failed to satisfy constraint: ` +
          `Member must have length less than or equal to ${MOST_NAMES}`,
      );
    }
    for (const name of Names) refuseDenied("GetParameters", name);
    return {
      InvalidParameters: Names.filter((name) => !store.has(name)),
      Parameters: Names.flatMap((name) => shown(name, WithDecryption) ?? []),
    };
  }

  function getParameter({ Name = "", WithDecryption }: SsmRequest): object {
    refuseDenied("GetParameter", Name);
    const parameter = shown(Name, WithDecryption);
    // SSM gives this one no message.
    if (!parameter) throw new AwsError("ParameterNotFound", "");
    return { Parameter: parameter };
  }

  function putParameter({ Name = "", Value = "", Type, Overwrite }: SsmRequest): object {
    if (store.has(Name) && !Overwrite) {
      throw new AwsError(
        "ParameterAlreadyExists",
        "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
      );
    }
    return { Tier: "Standard", Version: put(Name, Value, Type) };
  }

  function shown(name: string, withDecryption = false): object | undefined {
    const parameter = store.get(name);
    if (!parameter) return undefined;
    const { type, value, ciphertext, version, modified } = parameter;
    return {
      ARN: arnOf(name),
      DataType: "text",
      LastModifiedDate: modified,
      Name: name,
      Type: type,
      Value: type === "SecureString" && !withDecryption ? ciphertext : value,
      Version: version,
    };
  }

  function refuseDenied(operation: string, name: string): void {
    if (!store.get(name)?.denied) return;
    throw new AwsError(
      "AccessDeniedException",
      `User: ${CALLER} is not authorized to perform: ssm:${operation} on resource: ${arnOf(name)} ` +
        `because no identity-based policy allows the ssm:${operation} action`,
    );
  }

  const operations: Record<string, (input: SsmRequest) => object> = {
    GetParameter: getParameter,
    GetParameters: getParameters,
    PutParameter: putParameter,
  };
  return {
    put(name: string, value: string): void {
      put(name, value);
    },
    remove(name: string): void {
      store.delete(name);
    },
    answer(operation: string, input: SsmRequest): object {
      const answer = operations[operation];
      if (!answer) throw new AwsError("UnknownOperationException", "");
      return answer(input);
    },
  };
}

/** KMS gives nothing of the value away, so neither does this: random bytes of a ciphertext's length. */
function stored(
  value: string,
  rest: Pick<Stored, "type" | "denied" | "version">,
  changedAt: Date = new Date(),
): Stored {
  const ciphertext = `AQICAH${randomBytes(Buffer.byteLength(value) + 80).toString("base64")}`;
  return { value, ciphertext, modified: changedAt.getTime() / 1000, ...rest };
}

function arnOf(name: string): string {
  return `arn:aws:ssm:${REGION_AND_ACCOUNT}:parameter/${name.replace(/^\//, "")}`;
}
