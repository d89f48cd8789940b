import { App } from "aws-cdk-lib";
import { KanadeStack } from "./stack.ts";

const app = new App();
new KanadeStack(app, "Kanade", { description: "Keeps NATS JetStream as the kanade fleet's topology declares it" });
app.synth();
