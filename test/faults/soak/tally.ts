import type { Judged } from "./judged.ts";

/** The soak in a few lines: faults by kind, how the runs ended, what was lost. */
export function tallyOf(seed: number, all: Judged[], tookMs: number): string[] {
  const messages = all.reduce((sum, each) => sum + each.messages, 0);
  const lost = all.reduce((sum, each) => sum + each.lost, 0);
  const unconverged = all.filter(({ converged }) => !converged).length;
  const sum = (count: (each: Judged) => number) => all.reduce((total, each) => total + count(each), 0);
  return [
    "",
    `Soak: ${all.length} random faults in ${Math.round(tookMs / 1000)} s, seed ${seed}`,
    ...paragraph("faults", counted(all.map(({ soakCase }) => soakCase.fault.kind))),
    ...paragraph("runs", counted(all.flatMap(({ ended }) => ended))),
    `  too late for their run: ${all.filter(({ struck }) => !struck).length} of the faults`,
    `  subjects that moved under publishers ${sum(({ soakCase }) => soakCase.handover.subjects.length)}, without a stream afterwards ${sum(({ unstored }) => unstored)}`,
    `  messages acknowledged meanwhile ${sum(({ acknowledged }) => acknowledged)}, missing ${sum(({ missing }) => missing)}`,
    `  messages checked ${messages}, lost ${lost}; topologies ${all.length}, not converged afterwards ${unconverged}`,
  ];
}

function counted(items: string[]): string[] {
  const groups = [...Map.groupBy(items, (item) => item)].map(([item, its]) => ({ item, count: its.length }));
  return groups.sort((a, b) => b.count - a.count).map(({ item, count }) => `${count} ${item}`);
}

const WIDTH = 120;

function paragraph(title: string, parts: string[]): string[] {
  const lines = [`  ${title}:`];
  for (const [at, part] of parts.entries()) {
    const word = at === parts.length - 1 ? part : `${part},`;
    const last = lines.at(-1) ?? "";
    if (last.length + word.length < WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`    ${word}`);
  }
  return lines;
}
