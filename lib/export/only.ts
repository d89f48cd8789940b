/** Whether a pattern may match a consumer of this stream: those whose consumers do not matter need not be asked. */
export function mayMatchConsumers(only: string[] | undefined, stream: string): boolean {
  if (only === undefined) return true;
  const prefix = `consumer/${stream}/`;
  return only.some((pattern) => {
    const fixed = pattern.split("*")[0] ?? "";
    return prefix.startsWith(fixed) || fixed.startsWith(prefix);
  });
}
