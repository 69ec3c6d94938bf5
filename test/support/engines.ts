// Real container engines for tests: podman with a storage of its own, docker with a daemon of its own in a network of its
// own. The image is made here, for there is no registry: empty folders, in which the machine's /usr is mounted. Says why
// an engine cannot be had; tidies up containers, storage and daemon.

import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AskTool, toolsUnder } from '../../src/drivers/launchers/tool.ts'

export const testImage = 'localhost/midwatch-test:1'

/** Where a process that a test starts finds the engine of that test. */
const places = { podman: 'MIDWATCH_TEST_PODMAN', docker: 'MIDWATCH_TEST_DOCKER' } as const
type Name = keyof typeof places

export interface TestEngine {
  readonly ask: AskTool
  readonly stop: () => void
}

const path = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin'

/** The variables by which an engine's own programs find what `startEngine` has prepared in a folder. */
const envIn = (dir: string): Record<string, string> => ({
  CONTAINERS_CONF: join(dir, 'containers.conf'),
  CONTAINERS_STORAGE_CONF: join(dir, 'storage.conf'),
  DOCKER_HOST: `unix://${dir}/docker.sock`,
})

const askIn = (dir: string): AskTool => toolsUnder({ PATH: path, HOME: dir, ...envIn(dir) })

const placeOf = (name: Name): string => {
  const dir = process.env[places[name]]
  if (!dir) throw new Error(`no test has started ${name}`)
  return dir
}

/** The environment of a daemon that is to use it. */
export const engineEnv = (name: Name): Record<string, string> => envIn(placeOf(name))

/** The engine that this process, or the one that started it, has made. */
export const engineHere = (name: Name): AskTool => askIn(placeOf(name))

/** Prepares an engine and the image; a sentence where that cannot be. */
export async function startEngine(name: Name): Promise<TestEngine | string> {
  if (process.getuid?.() !== 0) return 'only root makes an engine of its own'
  const program = name === 'podman' ? 'podman' : 'dockerd'
  if (spawnSync(program, ['--version'], { env: { PATH: path } }).error !== undefined)
    return `${program} is not installed`
  const dir = mkdtempSync(join(tmpdir(), `midwatch-${name}-`))
  writeFileSync(join(dir, 'containers.conf'), configuration(dir))
  writeFileSync(join(dir, 'storage.conf'), storage(dir))
  const daemon = name === 'docker' ? startDocker(dir) : null
  const ask = askIn(dir)
  const stop = () => {
    if (!existsSync(dir)) return
    daemon?.kill('SIGTERM')
    const env = { PATH: path, HOME: dir, ...envIn(dir) }
    if (name === 'podman') spawnSync('podman', ['system', 'reset', '--force'], { env })
    rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
    // Both leave their parent groups behind in every hierarchy. They are shared: another engine may be about to make a
    // group in one, so the last engine that there is takes them away.
    if (readdirSync(tmpdir()).some((one) => /^midwatch-(podman|docker)-/.test(one))) return
    const left = [
      '-depth',
      '-type',
      'd',
      '-regex',
      '.*/\\(libpod_parent\\|libpod_parent/conmon\\|docker\\)',
    ]
    spawnSync('find', ['/sys/fs/cgroup', ...left, '-exec', 'rmdir', '{}', ';'], { stdio: 'ignore' })
  }
  const why = await prepare(name, dir, ask)
  if (why !== null) {
    stop()
    return why
  }
  process.env[places[name]] = dir
  return { ask, stop }
}

/** The runtime that bears control groups of both versions, and limits that no root without all rights exceeds. */
const configuration = (dir: string): string =>
  [
    '[containers]',
    'default_ulimits=["nofile=1024:4096","nproc=1000:2000"]',
    '[engine]',
    'cgroup_manager="cgroupfs"',
    // Its own, too: engines side by side would take each other's marks of being alive away.
    `tmp_dir="${join(dir, 'alive')}"`,
    existsSync('/usr/sbin/runc') ? 'runtime="runc"' : '',
    '',
  ].join('\n')

const storage = (dir: string): string =>
  `[storage]\ndriver="vfs"\ngraphroot="${join(dir, 'root')}"\nrunroot="${join(dir, 'run')}"\n`

function startDocker(dir: string): ChildProcess {
  const words = [
    '--data-root',
    join(dir, 'data'),
    '--exec-root',
    join(dir, 'exec'),
    '-p',
    join(dir, 'pid'),
    '-H',
    `unix://${dir}/docker.sock`,
    '--storage-driver',
    'vfs',
    '--iptables=false',
    '--bridge=none',
  ]
  return spawn(
    'unshare',
    ['--net', '--mount', 'setpriv', '--pdeathsig', 'TERM', 'dockerd', ...words],
    { stdio: 'ignore', env: { PATH: path } },
  )
}

async function prepare(name: Name, dir: string, ask: AskTool): Promise<string | null> {
  const deadline = performance.now() + 25_000
  for (;;) {
    const said = await ask(name, ['version'])
    if (said.is === 'said' && said.code === 0) break
    if (performance.now() > deadline) return `${name} does not answer`
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const imported = await ask(name, ['import', imageTar(dir), testImage])
  if (imported.is !== 'said' || imported.code !== 0)
    return `${name} cannot import an image: ${JSON.stringify(imported).slice(0, 300)}`
  const tried = await ask(name, [
    'run',
    '--rm',
    '--network=none',
    '--mount=type=bind,source=/usr,target=/usr,readonly',
    testImage,
    '/bin/true',
  ])
  return tried.is === 'said' && tried.code === 0
    ? null
    : `${name} cannot run a container here: ${JSON.stringify(tried).slice(0, 400)}`
}

function imageTar(dir: string): string {
  const root = join(dir, 'image')
  for (const folder of ['usr', 'tmp', 'proc', 'dev', 'sys', 'etc', 'run', 'root'])
    mkdirSync(join(root, folder), { recursive: true })
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(root, name))
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\n')
  execFileSync('tar', ['-C', root, '-cf', join(dir, 'image.tar'), '.'])
  return join(dir, 'image.tar')
}
