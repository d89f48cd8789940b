import { buttonsIn, widgetContext } from "../../support/widget-html.ts";
import { deployedFunction } from "../function.ts";
import type { Check } from "../witness.ts";

/** What a person reads. */
const textOf = (html: string) =>
  html
    .replace(/<style>.*?<\/style>/s, "")
    .replaceAll(/<cwdb-action.*?<\/cwdb-action>/gs, "")
    .replaceAll("<wbr>", "")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();

export const widget: Check = {
  name: "The dashboard's widget shows the plan as it is now, and its button mends it",
  async run({ stack, broker, fn }, { expect, see }) {
    const deployed = await fn();
    const [dashboard] = await stack.resources("AWS::CloudWatch::Dashboard");
    expect("the dashboard is deployed", dashboard !== undefined, dashboard);
    await broker.hand.edit("OBS_EVENTS", { max_bytes: 1024 ** 2 });
    await broker.counts.forget();

    const functions = await stack.resources("AWS::Lambda::Function");
    const lookName = functions.find((name) => name.includes("EnsureLook")) ?? "";
    const looking = deployedFunction(lookName, "$LATEST");
    const looked = String((await looking.invoke({ widgetContext: widgetContext() })).result);
    const { length } = await broker.counts.writes();
    const text = textOf(looked);
    see(`As text: ${text}`);
    if (/Last run: unknown/.test(text)) see("(The emulator does not tell the function which log group it has.)");
    const isShown = text.includes("stream/OBS_EVENTS to update maxBytes 1MiB → 512MiB safe");
    expect("a look shows the difference, and writes nothing", isShown && length === 0, `${length} writes`);
    const ensure = buttonsIn(looked).find(({ event }) => event.mode === "ensure" && event.approve === undefined);
    expect(
      "a button ensures, and asks first",
      Boolean(ensure?.confirmation),
      `${ensure?.text}: ${ensure?.confirmation}`,
    );
    const refused = String((await looking.invoke({ ...ensure?.event, widgetContext: widgetContext() })).result);
    expect(
      "the function that only looks refuses it",
      textOf(refused).includes("this function only looks") && (await broker.counts.writes()).length === 0,
      textOf(refused).split(".")[0],
    );
    expect("it calls the alias", ensure?.endpoint.endsWith(`${deployed.name}:live`) === true, ensure?.endpoint);

    const pressed = String((await deployed.invoke({ ...ensure?.event, widgetContext: widgetContext() })).result);
    const writes = await broker.counts.writes();
    expect("pressed, it mends", writes.join() === "$JS.API.STREAM.UPDATE.OBS_EVENTS", writes.join(", "));
    return `${ensure?.text}: ${textOf(pressed).split(".")[0]}`;
  },
};
