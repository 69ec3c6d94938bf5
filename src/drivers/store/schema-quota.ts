// Rows of what accounts may use. A part of schema.ts.

export interface QuotasTable {
  account: string
  period: string
  used: number | null
  renews_at: number | null
  status: string
  seen_at: number
}
