/** Whether a resource id matches a pattern, in which `*` stands for any run of characters: `kv/*`, `stream/TMP_*`. */
export function matches(pattern: string, id: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(id);
}
