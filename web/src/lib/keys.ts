// Keys without modifiers, one or two in a row, never while somebody types.

import { useEffect, useRef } from 'react'

export type KeyMap = Readonly<Record<string, () => void>>

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

/** Calls what a key, or two in a row (`g t`), stands for. */
export function useKeys(map: KeyMap, active = true): void {
  const current = useRef(map)
  current.current = map
  useEffect(() => {
    if (!active) return
    let before = ''
    let at = 0
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return
      const two = event.timeStamp - at < 1_500 ? `${before} ${event.key}` : ''
      const act = current.current[two] ?? current.current[event.key]
      before = event.key
      at = event.timeStamp
      if (act === undefined) return
      event.preventDefault()
      before = ''
      act()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [active])
}
