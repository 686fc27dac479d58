/** What several lists have alike is said once, with the indices of the lists that have it. */
export function grouped<T>(lists: readonly (readonly T[])[], key: (item: T) => string): { item: T; pairs: number[] }[] {
  const groups = new Map<string, { item: T; pairs: number[] }>();
  lists.forEach((items, pair) => {
    for (const item of items) {
      const group = groups.get(key(item)) ?? { item, pairs: [] };
      group.pairs.push(pair);
      groups.set(key(item), group);
    }
  });
  return [...groups.values()];
}
