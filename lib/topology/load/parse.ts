import { isScalar, LineCounter, parseDocument } from "yaml";
import { messageOf } from "../../jetstream/errors/broker-error.ts";
import { resolveTopology } from "../resolve/resolve.ts";
import type { ResolvedTopology } from "../resolve/resolved.ts";
import { isResolved, readResolved } from "../resolve/resolved-json.ts";
import type { Topology } from "../schema/topology.ts";
import { TopologyError } from "../topology-error.ts";

export type TopologyFormat = "json" | "yaml";

/**
 * A topology out of a text: as people declare it, or as `writeResolved` wrote it.
 * @param called how messages call the text: its path, by default "The text".
 * @throws TopologyError: with line and column where the text cannot be read, else with every mistake in it.
 */
export function parseTopology(text: string, format: TopologyFormat, called = "The text"): ResolvedTopology {
  if (/^\s*$/.test(text)) throw empty(called);
  return topologyOf(format === "json" ? parseJson(text, called) : parseYaml(text, called));
}

/** A topology out of plain data, declared or resolved. */
export function topologyOf(data: unknown): ResolvedTopology {
  return isResolved(data) ? readResolved(data) : resolveTopology(data as Topology);
}

function parseYaml(text: string, called: string): unknown {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [first] = document.errors;
  if (first?.code === "MULTIPLE_DOCS") {
    const { line } = lines.linePos(first.pos[0]);
    throw mistake(`${called}, line ${line} begins a second YAML document: a topology is one.`);
  }
  if (first) throw unreadable(called, "YAML", lines.linePos(first.pos[0]), first.message);
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.source === "")) throw empty(called);
  try {
    return document.toJS();
  } catch (error) {
    // Aliases of aliases, that would be more than any machine can hold.
    throw unreadable(called, "YAML", { line: 1, col: 1 }, messageOf(error));
  }
}

function parseJson(text: string, called: string): unknown {
  const lines = new LineCounter();
  // The YAML parser reads JSON too, and tells of two things JSON.parse does not: where, and that a key is there twice.
  const { errors } = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const twice = errors.find(({ code }) => code === "DUPLICATE_KEY");
  if (twice) throw unreadable(called, "JSON", lines.linePos(twice.pos[0]), "a key is there twice");
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = (error as SyntaxError).message;
    const told = /position (\d+)/.exec(message)?.[1];
    const offset = told === undefined ? (errors[0]?.pos[0] ?? text.length) : Number(told);
    throw unreadable(
      called,
      "JSON",
      lines.linePos(offset),
      message.replace(/(, (\.\.\.)?"| in JSON at| after JSON at).*$/s, ""),
    );
  }
}

function unreadable(called: string, format: string, at: { line: number; col: number }, why: string): TopologyError {
  const reason = why.replace(/\.$/, "");
  return mistake(`${called}, line ${at.line}, column ${at.col} is not ${format}: ${reason}.`);
}

function empty(called: string): TopologyError {
  return mistake(`${called} is empty: a topology has at least a name, as in {"name":"orders"}.`);
}

/** A mistake of the text as a whole. */
function mistake(message: string): TopologyError {
  return new TopologyError([{ path: "", message }]);
}
