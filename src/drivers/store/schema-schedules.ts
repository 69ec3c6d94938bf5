// The tables of schedules as the queries see them.

export interface SchedulesTable {
  name: string
  spec: string
  host: string
  upto: number
  next_at: number | null
  fired: number
  missed: number
  last_fired_at: number | null
  last_task_id: number | null
  refused: string | null
}

export interface ScheduleFiringsTable {
  schedule: string
  due_at: number
  fired_at: number
  host: string
  task_id: number | null
  deduped: number
  refused: string | null
}
