import { describe, expect, it } from "vitest";
import { debianUri } from "../../../functions/local/nats-server/downloads/apt-sources.ts";

describe("the machine's own source of Debian", () => {
  it("is found among third parties in the deb822 form", () => {
    const sources = [
      "Types: deb\nURIs: https://vendor.example.com/node\nSuites: nodistro\nComponents: main",
      "Types: deb\nURIs: https://vendor.example.com/debian\nSuites: bookworm\nComponents: stable",
      "Types: deb\n# a snapshot\nURIs: http://mirror.example.org/debian\nSuites: bookworm bookworm-updates\nComponents: main",
    ].join("\n\n");

    expect(debianUri(sources)).toBe("http://mirror.example.org/debian");
  });

  it("is found in the one-line form, with options and comments", () => {
    const sources = [
      "# deb http://old.example.org/debian bookworm main",
      "deb [arch=amd64] https://vendor.example.com/apt cloud-bookworm main",
      "deb [signed-by=/usr/share/keyrings/k.gpg arch=amd64] http://mirror.example.org/debian trixie main contrib",
    ].join("\n");

    expect(debianUri(sources)).toBe("http://mirror.example.org/debian");
  });

  it("is not the security archive, which has no nats-server", () => {
    const sources = "Types: deb\nURIs: http://mirror.example.org/security\nSuites: bookworm-security\nComponents: main";

    expect(debianUri(sources)).toBeUndefined();
  });
});
