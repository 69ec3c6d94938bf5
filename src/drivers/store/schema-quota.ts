// Rows of what accounts may use and have used, and of what is remembered of sensors. A part of schema.ts.

export interface QuotasTable {
  account: string
  period: string
  used: number | null
  renews_at: number | null
  status: string
  seen_at: number
}

export interface SpendingTable {
  /** Empty for all of them. */
  account: string
  quarter: number
  usd: number
  tokens: number
}

export interface SensorsTable {
  name: string
  failures: number
  due_at: number
  looked_at: number
  note: string | null
}
