// What can happen to duties of which only one host does each.

/** Another host does it from now on: the one before laid it down, or did not renew it. */
export type DutyFact = {
  kind: 'duty.moved'
  duty: string
  host: string
  term: number
  from: string
}
