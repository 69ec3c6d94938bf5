// Times as people read them. A page that is open for days keeps saying how long ago.

import { useEffect, useState } from 'react'

const units = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1_000, 's'],
] as const

/** `3m`, `2h`: one unit. */
export function span(ms: number): string {
  const distance = Math.abs(ms)
  for (const [size, name] of units)
    if (distance >= size) return `${Math.floor(distance / size)}${name}`
  return '0s'
}

/** `3m ago`, `in 2h`. */
export function ago(iso: string, now: number): string {
  const at = Date.parse(iso)
  if (Math.abs(at - now) < 1_000) return 'now'
  return at < now ? `${span(now - at)} ago` : `in ${span(at - now)}`
}

/** ISO times within a sentence, said as people say them. */
export const humane = (sentence: string, now: number): string =>
  sentence
    .replace(/\.([;,.])/g, '$1')
    .replace(/(?:at |until )?(\d{4}-\d\d-\d\dT[\d:.]+Z)/g, (whole, iso: string) => {
      const said = ago(iso, now)
      return whole.startsWith('until') ? `until ${clock(iso)} (${said})` : `${said} (${clock(iso)})`
    })

export const clock = (iso: string): string =>
  new Date(iso).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hour12: false })

/** `2026-11-20 21:10:05`, of this machine's own zone, as the command line writes it. */
export const full = (iso: string): string => {
  const at = new Date(iso)
  const parts = [at.getFullYear(), at.getMonth() + 1, at.getDate()]
  const date = parts.map((one) => String(one).padStart(2, '0')).join('-')
  return `${date} ${at.toLocaleTimeString('en', { hourCycle: 'h23', hour: '2-digit', minute: '2-digit', second: '2-digit' })}`
}

/** As a sentence begins, unless its first word is a name: `launch_failed: …`, `agent:claude is …`. */
export const capital = (sentence: string): string =>
  /^[a-z]+[_:]/.test(sentence) ? sentence : sentence.charAt(0).toUpperCase() + sentence.slice(1)

/** The time now, renewed each second. */
export function useNow(everyMs = 1_000): number {
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}
