import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { addRunOptions } from "../../../functions/cli/run-options.ts";

const defaults = { timeout: 5000, color: true };

/** The options of `ensure`, or what is printed on stderr instead. */
function parse(...args: string[]): unknown {
  let printed = "";
  const command = addRunOptions(new Command("ensure"), "ensure")
    .exitOverride()
    .configureOutput({ writeErr: (text) => (printed += text) });
  try {
    return command.parse(args, { from: "user" }).opts();
  } catch {
    return printed;
  }
}

describe("the options of plan and ensure", () => {
  it.each<[string[], Record<string, unknown>]>([
    [[], {}],
    [["--topology", "my.yaml", "--json"], { topology: "my.yaml", json: true }],
    [["--only", "kv/*", "stream/RESULTS", "--json"], { only: ["kv/*", "stream/RESULTS"], json: true }],
    [["--only", "kv/*", "--only", "stream/RESULTS"], { only: ["kv/*", "stream/RESULTS"] }],
    [["--approve", "9f2c"], { approve: "9f2c" }],
    [["--adopt"], { adopt: true }],
    [["--no-color"], { color: false }],
    [["--timeout", "1m30s"], { timeout: 90_000 }],
    [["--timeout", "250ms"], { timeout: 250 }],
    [
      ["--server", "a,b", "--creds", "c", "--nkey", "n", "--user", "u", "--password", "p", "--token", "t"],
      { server: "a,b", creds: "c", nkey: "n", user: "u", password: "p", token: "t" },
    ],
    [
      ["--tlscert", "c", "--tlskey", "k", "--tlsca", "a", "--tls", "--tlsfirst"],
      { tlscert: "c", tlskey: "k", tlsca: "a", tls: true, tlsfirst: true },
    ],
    [
      ["--js-domain", "hub", "--js-api-prefix", "JS.hub", "--inbox-prefix", "_INBOX_me"],
      { jsDomain: "hub", jsApiPrefix: "JS.hub", inboxPrefix: "_INBOX_me" },
    ],
  ])("%j", (args, expected) => {
    expect(parse(...args)).toEqual({ ...defaults, ...expected });
  });

  it.each([
    [["--topolgy", "x"], "Did you mean --topology?"],
    [["--timeout", "5"], 'write "5s" for seconds'],
    [["--timeout", "0s"], "It must be from 1ms to 1h"],
    [["--timeout", "2h"], "It must be from 1ms to 1h"],
    [["--server"], "option '--server <urls>' argument missing"],
    [["my.yaml"], "too many arguments"],
  ])("%j is refused with a hint", (args, hint) => {
    expect(parse(...args)).toContain(hint);
  });
});

describe("the help", () => {
  const help = (mode: "plan" | "ensure") => addRunOptions(new Command(mode), mode).helpInformation();

  it("names the environment variable of each way to log in", () => {
    expect(help("ensure")).toMatch(/--creds <file>.*\s+.*\(env:\s+NATS_CREDS\)/);
  });

  it("offers approval for ensure alone", () => {
    expect(help("ensure")).toContain("--approve");
    expect(help("plan")).not.toContain("--approve");
  });
});
