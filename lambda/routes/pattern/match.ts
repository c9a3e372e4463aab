import type { Elements, EventFields, Leaf } from "./event-fields.ts";

/** One field of a pattern: any test that holds is enough, or that the field is absent. */
export interface FieldPattern {
  readonly name: string;
  readonly tests: readonly Test[];
  readonly orAbsent: boolean;
}

export type Test = (leaf: Leaf) => boolean;

/**
 * Whether all fields match, with the values that lie in one list all taken from the same element.
 * The fields come in the order of their names, as the engine looks at them: `exists: false` depends
 * on what came before.
 *
 * The state of the search is the set of elements chosen so far. Choices that no later field can see
 * are dropped from it, which keeps the search linear where trying all combinations would explode.
 */
export function matchesAll(patterns: readonly FieldPattern[], event: EventFields): boolean {
  const fields: {
    readonly leaves: readonly Leaf[];
    readonly passing: ReadonlySet<Leaf>;
    readonly orAbsent: boolean;
  }[] = [];
  for (const { name, tests, orAbsent } of patterns) {
    const leaves = event.get(name) ?? [];
    const passing = new Set(leaves.filter(leaf => tests.some(test => test(leaf))));
    // Most events end here, before anything is said about lists.
    if (passing.size === 0 && !orAbsent) return false;
    fields.push({ leaves, passing, orAbsent });
  }

  const lists = fields.map(({ leaves }) => listsOf(leaves));
  let states: readonly Elements[] = [new Map()];
  for (const [index, { leaves, passing, orAbsent }] of fields.entries()) {
    const leavesIn = byElement(leaves);
    const visibleLater = new Set(lists.slice(index + 1).flatMap(later => [...later]));

    const next = new Map<string, Elements>();
    const add = (elements: Elements) => {
      const kept = [...elements].filter(([list]) => visibleLater.has(list));
      next.set(kept.join(";"), new Map(kept));
    };
    for (const state of states) {
      const near = leavesNear(state, leaves, leavesIn);
      const fits = (leaf: Leaf) => isConsistent(leaf.elements, state);
      if (orAbsent && !near.some(fits) && !leaves.some(fits)) add(state);
      for (const leaf of near) {
        if (passing.has(leaf) && fits(leaf)) add(new Map([...state, ...leaf.elements]));
      }
    }
    if (next.size === 0) return false;
    states = [...next.values()];
  }
  return true;
}

/** True when the value lies in none of the state's lists, or in the same elements of them. */
function isConsistent(elements: Elements, state: Elements): boolean {
  for (const [list, element] of elements) {
    if ((state.get(list) ?? element) !== element) return false;
  }
  return true;
}

/**
 * The leaves in the element that the state has chosen of their innermost list. As in the engine,
 * this leaves out a leaf of the same path outside of that list, which takes a dot in a name.
 */
function leavesNear(
  state: Elements,
  leaves: readonly Leaf[],
  leavesIn: ReadonlyMap<number, ReadonlyMap<number, readonly Leaf[]>>,
): readonly Leaf[] {
  for (const [list, element] of [...state].toReversed()) {
    const elements = leavesIn.get(list);
    if (elements !== undefined) return elements.get(element) ?? [];
  }
  return leaves;
}

/** The leaves by list and element, so that one lookup replaces a pass over all of them. */
function byElement(
  leaves: readonly Leaf[],
): ReadonlyMap<number, ReadonlyMap<number, readonly Leaf[]>> {
  const lists = new Map<number, Map<number, Leaf[]>>();
  for (const leaf of leaves) {
    for (const [list, element] of leaf.elements) {
      const elements = lists.get(list) ?? new Map<number, Leaf[]>();
      lists.set(list, elements);
      const same = elements.get(element);
      if (same === undefined) elements.set(element, [leaf]);
      else same.push(leaf);
    }
  }
  return lists;
}

function listsOf(leaves: readonly Leaf[]): ReadonlySet<number> {
  return new Set(leaves.flatMap(leaf => [...leaf.elements.keys()]));
}
