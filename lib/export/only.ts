/** Whether a pattern may match a consumer of this stream. If none does, the consumers need not be read. */
export function mayMatchConsumers(only: string[] | undefined, stream: string): boolean {
  if (only === undefined) return true;
  const prefix = `consumer/${stream}/`;
  return only.some((pattern) => {
    const fixed = pattern.split("*")[0] ?? "";
    return prefix.startsWith(fixed) || fixed.startsWith(prefix);
  });
}
