// Time zones by their IANA names or their distance to UTC, as far as Intl knows them; and the zone that this machine lives in.

/** Whether Intl knows the zone: `Europe/Berlin`, `UTC`, `+05:30`. */
export function isZone(zone: string): boolean {
  if (known.has(zone)) return true
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
  } catch {
    return false
  }
  known.add(zone)
  return true
}

/** The zone of this machine, in which a clock time means what it says where none is named. */
export const hostZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone

/** Making a format is dear; zones are few. */
const known = new Set<string>()
