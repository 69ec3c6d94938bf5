// Two peers doing their own claim → complete. Copied to where they are installed, and run there. Arguments: which peer, what
// to do (`work`: so many at a time, until killed; `add`: so many), the address, how many.

const [, , peer, what, url, count] = process.argv
const many = Number(count)

const acts = {
  async graphile() {
    const { Logger, makeWorkerUtils, run } = await import('graphile-worker')
    const logger = new Logger(() => () => {})
    const options = { connectionString: url, maxPoolSize: many + 2, noHandleSignals: true, logger }
    if (what === 'work')
      return await run({ ...options, concurrency: many, taskList: { noop: async () => {} } })
    const utils = await makeWorkerUtils({ connectionString: url, logger })
    await utils.migrate()
    await utils.withPgClient((client) =>
      client.query(
        `SELECT count(graphile_worker.add_job('noop', '{}')) FROM generate_series(1, ${many})`,
      ),
    )
    await utils.release()
  },
  async boss() {
    const { default: PgBoss } = await import('pg-boss')
    const boss = new PgBoss({
      connectionString: url,
      max: many + 2,
      supervise: false,
      schedule: false,
    })
    boss.on('error', () => {})
    await boss.start()
    await boss.createQueue('noop')
    if (what === 'add') {
      if (many > 0)
        await boss.insert(
          'noop',
          Array.from({ length: many }, () => ({ data: {} })),
        )
      return await boss.stop({ graceful: false })
    }
    const hand = async () => {
      for (;;) {
        const jobs = await boss.fetch('noop')
        for (const { id } of jobs) await boss.complete('noop', id)
        if (jobs.length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
    await Promise.all(Array.from({ length: many }, hand))
  },
}

await acts[peer]()
if (what === 'work') console.log('ready')
else process.exit(0)
