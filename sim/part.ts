// State that a room adds to a world, a machine or anything else that is one object: made when it is first asked for, gone
// with its owner. So a room's faults, programs and checkers share it without a change to the world's own page.

/** The part of each owner. */
export function partOf<Owner extends object, Part>(
  make: (owner: Owner) => Part,
): (owner: Owner) => Part {
  const parts = new WeakMap<Owner, { readonly part: Part }>()
  return (owner) => {
    const known = parts.get(owner)
    if (known !== undefined) return known.part
    const part = make(owner)
    parts.set(owner, { part })
    return part
  }
}
