/** The Markdown text that the console shows to a user who adds the widget by hand. */
export const DESCRIPTION = `## JetStream topology
The streams, KV buckets, object stores and consumers that a topology declares, against the broker as it is now: what
differs, what it would take to mend it, what would be lost by that, and the last run. Two buttons, each of which asks
first: **Ensure** applies what is safe, **Approve** applies exactly the plan that is shown.

The function is invoked as the person who looks, who needs \`lambda:InvokeFunction\` on it. Looking never writes.

### Widget parameters
Param | Description
---|---
**only** | Resource ids, with \`*\`: these resources alone. Default: all.

### Example parameters
\`\`\` yaml
only:
  - stream/ORDERS
  - kv/*
\`\`\`
`;
