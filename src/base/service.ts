// Every long-lived thing is a service: started once, stopped once, and its end can be awaited.
// Stopping is one AbortSignal; a service that fails stops with its error instead of hanging.

export interface Service {
  readonly name: string
  /** Resolves when the service has come to its end; rejects with what ended it. */
  readonly stopped: Promise<void>
  /** Asks for the end; resolves when it has come. May be called twice. */
  stop(): Promise<void>
}

/** Runs `body` as a service. `body` returns soon after the signal aborts. */
export function startService(name: string, body: (signal: AbortSignal) => Promise<void>): Service {
  const controller = new AbortController()
  const stopped = body(controller.signal)
  stopped.catch(() => {}) // whoever awaits `stopped` sees it; nobody must
  return {
    name,
    stopped,
    async stop() {
      controller.abort()
      await stopped.catch(() => {})
    },
  }
}

/** Stops services in the reverse of the order they were started in. */
export async function stopAll(services: readonly Service[]): Promise<void> {
  for (const service of services.toReversed()) await service.stop()
}
