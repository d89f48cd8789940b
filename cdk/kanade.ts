import { defineTopology } from "../lib/topology/index.ts";

/** The topology that the kanade fleet expects of its broker: 22 resources that reserve 5.8125 GiB. */
export default defineTopology({
  name: "kanade",

  streams: [
    // Rolling inventory history.
    { name: "INVENTORY", subjects: ["inventory.>"], maxAge: "90d", maxBytes: "1GiB", discard: "old" },
    // Job results: the largest producer, up to 256 KB of output inline in each message.
    { name: "RESULTS", subjects: ["results.>"], maxAge: "30d", maxBytes: "2GiB", discard: "old" },
    // The latest command per group or PC. An agent that reconnects reads the last message of each subject.
    { name: "EXEC", subjects: ["commands.>"], maxAge: "7d", maxBytes: "64MiB", discard: "old", maxMsgsPerSubject: 1 },
    // Kill, revoke and other short-lived broadcasts.
    { name: "EVENTS", subjects: ["events.>"], maxAge: "7d", maxBytes: "256MiB", discard: "old" },
    // Operator actions. The backend's database is the archive. This stream is for transport and replay.
    { name: "AUDIT", subjects: ["audit.>"], maxAge: "90d", maxBytes: "512MiB", discard: "old" },
    // The observability timeline of each PC.
    { name: "OBS_EVENTS", subjects: ["obs.>"], maxAge: "90d", maxBytes: "512MiB", discard: "old" },
    // Notifications to end users. The stream keeps every message.
    { name: "NOTIFICATIONS", subjects: ["notifications.>"], maxAge: "90d", maxBytes: "512MiB", discard: "old" },
  ],

  kvBuckets: [
    // Command id to version.
    { name: "script_current", history: 5 },
    // Command id to ACTIVE or REVOKED.
    { name: "script_status", history: 5 },
    // PC to its latest hardware snapshot.
    { name: "agents_state", history: 1 },
    // Layered agent settings: global, group, PC.
    { name: "agent_config", history: 5 },
    // PC to its groups.
    { name: "agent_groups", history: 5 },
    // The cron table, which operators edit over the admin API.
    { name: "schedules", history: 5 },
    // The job catalog that schedules refer to.
    { name: "jobs", history: 5 },
    // Fleet-wide singletons, such as the change freeze.
    { name: "fleet_config", history: 1 },
    // Which user on which PC has read or acknowledged a notification.
    { name: "notifications_read", history: 1 },
    // The operators' source YAML of jobs, with its comments.
    { name: "jobs_yaml", history: 5 },
    // The operators' source YAML of schedules.
    { name: "schedules_yaml", history: 5 },
  ],

  objectStores: [
    // One agent binary per version.
    { name: "agent_releases" },
    // Installers that operators uploaded, as <name>/<version>.
    { name: "app_packages" },
    // Script bodies of manifests.
    { name: "scripts" },
    // Output that is too large to be inline. The store keeps it as long as RESULTS keeps the result.
    { name: "result_output", maxAge: "30d", maxBytes: "1GiB" },
  ],
});
