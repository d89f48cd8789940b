export function misfits(): { beyond: string[]; cutOff: number; overlaps: number };
export function brokenWords(): string[];
export function foreign(): { title: string; elements: number; text: string };
export function colours(): { ground: string; texts: string[] };
