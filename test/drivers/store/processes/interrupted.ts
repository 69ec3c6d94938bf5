// A connection that is interrupted: the same connection, but after its nth statement something happens.

/** `act` runs once the method `name` was called `n` times and the last of these calls is over. */
export function afterStatement<T extends object>(
  target: T,
  name: keyof T & string,
  n: number,
  act: () => void,
): T {
  let calls = 0
  return new Proxy(target, {
    get(_target, property) {
      const value = Reflect.get(target, property)
      if (typeof value !== 'function') return value
      if (property !== name) return value.bind(target)
      return (...args: unknown[]) => {
        const result = value.apply(target, args)
        calls += 1
        if (calls !== n) return result
        if (!(result instanceof Promise)) return act()
        return result.then((answer) => {
          act()
          return answer
        })
      }
    },
  })
}
