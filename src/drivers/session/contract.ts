// The daemon's ear for sessions that cannot reach the database: one JSON request per line, one JSON answer per line.

import type { Service } from '../../base/service.ts'

/** Answers one request; whatever it returns is sent back as JSON. */
export type AnswerRequest = (request: unknown) => Promise<unknown>

/** Listens until stopped. Throws OperatingError `session.socket` when the place cannot be taken. */
export type ListenForSessions = (answer: AnswerRequest) => Promise<Service>
