import { parseAst } from "vitest/node";

/** One small change of a source file that a test should notice. */
export interface Mutant {
  file: string;
  line: number;
  /** The part of the source that is replaced. */
  start: number;
  end: number;
  before: string;
  after: string;
}

/** What is used of a node of the syntax tree (ESTree, with TypeScript's nodes). */
interface Node {
  type: string;
  start: number;
  end: number;
  [key: string]: unknown;
}

const BINARY: Record<string, string[]> = {
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "===": ["!=="],
  "!==": ["==="],
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
};
const LOGICAL: Record<string, string> = { "&&": "||", "||": "&&", "??": "&&" };
const METHODS: Record<string, string> = { some: "every", every: "some", min: "max", max: "min" };
/** Calls that give a list like the one they are called on. */
const LIST_CALLS = new Set(["filter", "toSorted", "slice"]);
const TRANSPARENT = new Set(["TSAsExpression", "TSSatisfiesExpression", "TSNonNullExpression"]);

/**
 * All changes that are tried of one file: the boundary or the sense of a comparison, a swapped `&&` and `||`, a
 * condition that always or never holds, a constant, an emptied text or list, a statement or a `filter` that is left out.
 */
export function mutantsOf(file: string, source: string): Mutant[] {
  const mutants: Mutant[] = [];
  const text = ({ start, end }: Node) => source.slice(start, end);
  const replace = ({ start, end }: { start: number; end: number }, after: string) => {
    const before = source.slice(start, end);
    const line = source.slice(0, start).split("\n").length;
    if (before !== after) mutants.push({ file, line, start, end, before, after });
  };

  const visit = (node: Node, parent: Node | undefined): void => {
    if (node.type.startsWith("TS") && !TRANSPARENT.has(node.type)) return;
    if (node.type.startsWith("Import") || node.type === "ExportAllDeclaration") return;
    mutate(node, parent);
    for (const child of childrenOf(node)) visit(child, node);
  };

  const mutate = (node: Node, parent: Node | undefined): void => {
    switch (node.type) {
      case "BinaryExpression": {
        const [left, right] = [node.left, node.right] as [Node, Node];
        for (const operator of BINARY[String(node.operator)] ?? []) {
          replace(node, `${text(left)} ${operator} ${text(right)}`);
        }
        return;
      }
      case "LogicalExpression": {
        const [left, right] = [node.left, node.right] as [Node, Node];
        // Parentheses, because && and || do not mix with ?? without them, and bind differently.
        const after = `((${text(left)}) ${LOGICAL[String(node.operator)]} (${text(right)}))`;
        replace(node, after);
        return;
      }
      case "IfStatement":
      case "ConditionalExpression": {
        const test = node.test as Node;
        replace(test, "true");
        replace(test, "false");
        return;
      }
      case "UnaryExpression":
        if (node.operator === "!") replace(node, `(${text(node.argument as Node)})`);
        return;
      case "Literal":
        if (parent?.type === "Property" && parent.key === node) return;
        if (typeof node.value === "boolean") replace(node, String(!node.value));
        if (typeof node.value === "number") replace(node, String(node.value + 1));
        if (typeof node.value === "bigint") replace(node, `${node.value + 1n}n`);
        if (typeof node.value === "string" && node.value !== "") replace(node, '""');
        return;
      case "TemplateLiteral":
        if (parent?.type !== "TaggedTemplateExpression") replace(node, '""');
        return;
      case "ArrayExpression":
        if ((node.elements as unknown[]).length > 0) replace(node, "[]");
        return;
      case "ExpressionStatement":
        if ((node.expression as Node).type !== "Literal") replace(node, ";");
        return;
      case "ContinueStatement":
      case "BreakStatement":
      case "ThrowStatement":
        replace(node, ";");
        return;
      case "CallExpression": {
        const callee = node.callee as Node;
        if (callee.type !== "MemberExpression" || callee.computed === true) return;
        const [property, object] = [callee.property as Node, callee.object as Node];
        const other = METHODS[text(property)];
        if (other !== undefined) replace(property, other);
        if (LIST_CALLS.has(text(property))) replace(node, text(object));
        return;
      }
    }
  };

  visit(parseAst(source, { lang: "ts" }) as unknown as Node, undefined);
  return mutants;
}

/** The source with one mutant in it. */
export function mutated(source: string, { start, end, after }: Mutant): string {
  return `${source.slice(0, start)}${after}${source.slice(end)}`;
}

function childrenOf(node: Node): Node[] {
  return Object.values(node).flatMap((value) => (Array.isArray(value) ? value : [value]).filter(isNode));
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}
