// The tables of reviews and convoys as the queries see them.

import type { Generated } from 'kysely'

export interface ReviewsTable {
  task_id: number
  judged: number
  maker: string
  verified: number
  offered_at: number
  decision: string | null
  text: string
  decided_at: number | null
  decided_by: string | null
}

export interface ConvoysTable {
  id: Generated<number>
  title: string
  created_at: number
  created_by: string
  landing_task: number | null
  landed_at: number | null
}

export interface ConvoyTasksTable {
  convoy_id: number
  task_id: number
}
