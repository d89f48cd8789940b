import { describe, expect, test } from "vitest";
import { transformProblem } from "../../../lib/subjects/subject-transforms.ts";

describe("a subject transform", () => {
  test.each([
    ["orders.*", "new.{{wildcard(1)}}"],
    ["orders.*.*", "new.$2.$1"],
    ["orders.>", "new.>"],
    [undefined, "new.>"],
    ["", "new.>"],
    ["orders.*", "p.{{partition(3,1)}}.{{Wildcard( 1 )}}"],
    ["orders.*", "{{SplitFromLeft(1,2)}}"],
    ["orders", "archive.{{random(3)}}"],
    ["orders", "archive.{{partition(3,1)}}"],
    ["orders", "archive"],
    ["orders.*", ""],
    ["$KV.a.>", "$KV.b.>"],
  ])("from %s to %s is taken", (src, dest) => {
    expect(transformProblem(src, dest)).toBeUndefined();
  });

  test.each([
    ["orders..x", "new", '"orders..x" is no subject'],
    ["orders.*", "new.*", 'has a "*": write {{wildcard(1)}}'],
    ["orders.*", "new.>", 'must both end in ">", or neither'],
    [undefined, "new", 'must both end in ">", or neither'],
    ["orders.*", "new.{{wildcard(2)}}", "the source has 1"],
    ["orders.*", "new.$2", "the source has 1"],
    ["orders", "new.{{wildcard(1)}}", "the source has 0"],
    ["orders.*", "new.{{wildcard(0)}}", 'stands for a "*" that is not there'],
    ["orders.*", "new.{{partition(3,2)}}", "the source has 1"],
    ["orders.*", "new.{{split(2,-)}}", "the source has 1"],
    ["orders", "new.{{SliceFromLeft(1,2)}}", "the source has 0"],
    ["orders.*", "new.{{shout(1)}}", "is no function the server knows"],
    ["orders.*", "new..x", '"new..x" is no subject'],
  ])("from %s to %s is refused: %s", (src, dest, sentence) => {
    expect(transformProblem(src, dest)).toContain(sentence);
  });
});
