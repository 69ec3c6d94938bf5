// What a driver of the calendar promises: patterns of cron in a time zone, read alike on every host. No timers.

export type { Calendar } from '../../model/schedule.ts'
