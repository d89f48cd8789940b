import { setTimeout as sleep } from "node:timers/promises";
import { eventBus, parameterChanged } from "../event-bus.ts";
import { counted } from "../function.ts";
import { PARAMETERS } from "../stage.ts";
import type { Check } from "../witness.ts";
import { events } from "./test-events.ts";

const ALL = "unchanged 23";

export const rotated: Check = {
  name: "A rotated password is picked up by the next run",
  async run({ broker, fn, putPassword }, { expect, see }) {
    const deployed = await fn();
    await deployed.run(events.plan);
    const { refusal } = await broker.rotate();
    see(`The function has just run, with the old password. The broker's config was edited and reloaded: ${refusal}`);
    const version = await putPassword();
    const result = await deployed.run(events.plan);
    expect(
      "the parameter was changed, and the next run logs in",
      counted(result) === ALL,
      `version ${version}: ${counted(result)}`,
    );

    await broker.rotate();
    const { failure = "" } = await deployed.invoke(events.plan);
    expect("where somebody forgets the parameter, the error names it", failure.includes(PARAMETERS.password), failure);
    await putPassword();
    const again = await deployed.run(events.plan);
    expect("changed as well, it runs", counted(again) === ALL, counted(again));
    return `parameter version ${version}: ${counted(result)}; forgotten: “${failure}”`;
  },
};

export const announced: Check = {
  name: "A change of the parameter sets off a plan with the new credentials",
  async run({ broker, emulator, fn, logs, putPassword }, { expect, see }) {
    const began = new Date();
    await broker.rotate();
    await putPassword();
    // The emulator might learn to tell of it.
    await sleep(2000);
    const byItself = (await (await logs()).runs(began)).some(({ trigger }) => trigger === "credentials");
    if (byItself) see("The emulator told of the change, and the rule ran the function.");
    else {
      see("The emulator's Parameter Store tells of no change, and lets nobody tell in its name. So, piece by piece:");
      const bus = eventBus(emulator.url);
      const event = parameterChanged(PARAMETERS.password);
      const other = parameterChanged("/kanade/other");
      const [rule] = (await bus.rules()).filter(({ pattern }) => pattern.includes("Parameter Store Change"));
      const isFor = rule && (await bus.matches(rule.pattern, event)) && !(await bus.matches(rule.pattern, other));
      expect(
        "the deployed rule is for the event that AWS documents, of this parameter and no other",
        isFor === true,
        rule?.pattern,
      );
      const { name } = await fn();
      const [target] = rule?.targets ?? [];
      expect("its target is the function's alias", target?.arn.endsWith(`${name}:live`) === true, target?.arn);
      await (await fn()).run(JSON.parse(target?.input || "null"));
    }
    const run = await (await logs()).awaitRun("credentials", began, 5000);
    expect(
      "the run, by the event that the rule sends",
      run !== undefined && counted(run) === ALL,
      run && `trigger ${run.trigger}: ${counted(run)}`,
    );
    return `${byItself ? "by itself" : "rule matched, its event sent by hand"}: trigger credentials, ${run && counted(run)}`;
  },
};
