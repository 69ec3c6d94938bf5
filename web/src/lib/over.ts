// What any address may carry: the task or agent in the drawer, and how a list is cut.

export interface Over {
  readonly task?: number
  readonly agent?: string
  readonly state?: string
  readonly view?: string
  readonly q?: string
}
