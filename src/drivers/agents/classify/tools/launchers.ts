// What is known of the programs that start others: node, shells, systemd, containers, tmux, git and small tools. Their
// own exit codes and messages are facts of the launch; what they pass through is the command's own affair.

import { codes } from '../tool.ts'
import type { ToolKnowledge } from '../tool.ts'

export const node: ToolKnowledge = {
  names: ['node', 'nodejs', 'npx', 'npm', 'bun', 'deno', 'pnpm', 'yarn'],
  rows: [
    { class: 'argument_error', when: /^(?:\S*node: )?bad option:|is not allowed in NODE_OPTIONS/i },
    { class: 'timeout', when: /spawnSync .*ETIMEDOUT|killed: true/i },
    {
      class: 'resource_exhausted',
      when: /heap out of memory|Reached heap limit|FATAL ERROR: .*(?:Allocation|Zone|memory)/i,
    },
    {
      class: 'launch_failed',
      when: /^(?:npm (?:ERR!|error) (?:code )?E404|npm (?:ERR!|error) 404|could not determine executable)/i,
    },
    {
      class: 'network',
      when: /^npm (?:ERR!|error) (?:code )?(?:ENOTFOUND|ETIMEDOUT|ECONN\w+|EAI_AGAIN|network)/i,
    },
  ],
  exitCode: codes({ 9: { class: 'argument_error' } }),
  runsCommands: true,
}

export const shell: ToolKnowledge = {
  names: [
    'sh',
    'bash',
    'dash',
    'zsh',
    'shell',
    'env',
    'xargs',
    'sudo',
    'su',
    'cmd.exe',
    'cmd',
    'powershell',
    'pwsh',
    'nohup',
    'setsid',
    'nice',
    'command',
    'make',
    'dd',
    'python',
    'python3',
    'perl',
    'ruby',
  ],
  rows: [
    {
      class: 'launch_failed',
      when: /(?:^sudo: |a (?:terminal|password) is required|unable to execute|is not recognized as)/i,
    },
    { class: 'argument_error', when: /^(?:[\w./-]+: )*(?:invalid|illegal|unrecognized) option/i },
  ],
  runsCommands: true,
}

export const timeoutTool: ToolKnowledge = {
  names: ['timeout', 'timeout(1)', 'gtimeout', 'coreutils-timeout'],
  exitCode: codes({ 125: { class: 'launch_failed', or: ['argument_error'] } }),
  runsCommands: true,
}

/** systemd-run and units. 200–245 are systemd's own codes for what failed before the program ran. */
export const systemd: ToolKnowledge = {
  names: ['systemd-run', 'systemd', 'systemctl', 'systemd_run', 'loginctl'],
  rows: [
    {
      class: 'resource_exhausted',
      when: /oom-kill|status=9\/KILL.*oom|MemoryMax|TasksMax|status=20[57]\//i,
    },
    {
      class: 'timeout',
      when: /result 'timeout'|timed out\. (?:Terminating|Killing|Stopping)|RuntimeMaxSec|service runtime time limit/i,
    },
    {
      class: 'argument_error',
      when: /unrecognized option|invalid option|Unknown (?:assignment|property)|Failed to parse|Invalid unit name|Cannot set property|unknown assignment/i,
    },
    {
      class: 'launch_failed',
      when: /(?:Failed to (?:connect|start|execute|find|get|create)|status=2\d\d\/|Unit .*(?:not found|already|masked)|Access denied|authentication required|has not been booted with systemd)/i,
    },
    { class: 'interrupted', when: /code=killed, status=\d+\/(?:KILL|TERM|HUP|INT)/i },
    {
      class: 'task_failed',
      when: /code=exited, status=\d|result 'exit-code'|code=dumped|result 'core-dump'/i,
    },
  ],
  exitCode: (code) =>
    code >= 200 && code <= 245 ? { class: 'launch_failed', or: ['resource_exhausted'] } : null,
  failsOnZero: /^Running (?:as unit|scope as unit): \S+\s*$|Failed to/i,
  runsCommands: true,
}

/** docker and podman: 125 is their own failure, 126 and 127 a program that could not run in the container. */
export const container: ToolKnowledge = {
  names: [
    'docker',
    'podman',
    'nerdctl',
    'buildah',
    'docker-compose',
    'docker compose',
    'kubectl',
    'crun',
    'runc',
  ],
  rows: [
    {
      class: 'argument_error',
      when: /^(?:unknown (?:shorthand )?flag|invalid reference format|invalid argument|flag provided|requires at least|"docker \w+" requires|unknown command)/i,
    },
    {
      class: 'resource_exhausted',
      when: /no space left|"?OOMKilled"?\s*[:=]\s*"?true|cannot allocate memory|pids limit|too many open files|oom/i,
    },
    { class: 'rate_limited', when: /toomanyrequests|pull rate limit/i },
    {
      class: 'network',
      when: /(?:dial tcp|lookup .*no such host|TLS handshake timeout|i\/o timeout|connection refused.*registry|Client\.Timeout exceeded|net\/http:)/i,
    },
    {
      class: 'launch_failed',
      when: /(?:Cannot connect to the Docker daemon|Is the docker daemon running|pull access denied|manifest (?:unknown|for)|No such (?:image|container)|repository does not exist|OCI runtime|executable file not found|statfs |invalid mount|container name .* is already in use|error mounting|port is already allocated|permission denied while trying to connect|unauthorized:|short-name|unable to (?:find|start)|Error response from daemon|image not known)/i,
    },
  ],
  exitCode: codes({
    125: {
      class: 'launch_failed',
      or: ['argument_error', 'resource_exhausted', 'rate_limited', 'network'],
    },
  }),
  runsCommands: true,
}

/** tmux prints that it could not connect and exits 0; a session that is taken or gone is a conflict. */
export const tmux: ToolKnowledge = {
  names: ['tmux', 'screen', 'zellij'],
  rows: [
    {
      class: 'session_conflict',
      when: /^duplicate session/i,
    },
    { class: 'resource_exhausted', when: /fork failed|out of (?:ptys|memory)|too many|no space/i },
    {
      class: 'argument_error',
      when: /^(?:unknown command|usage: tmux|.*(?:unknown|invalid) (?:option|flag)|too (?:many|few) arguments|command \S+: )/i,
    },
    {
      class: 'launch_failed',
      when: /^(?:can't find (?:session|window|pane)|error (?:connecting|creating)|no server running|lost server|server exited|open terminal failed|create (?:window|session|pane) failed|couldn't create|.*missing or unsuitable terminal|no sessions|failed to connect)/i,
    },
  ],
  failsOnZero:
    /^(?:error (?:connecting|creating)|couldn't create|no server running|server exited|lost server|create \w+ failed)/i,
}

/** git: 129 is a usage error, 128 and 255 mean that the work place could not be prepared, unless the text says more. */
export const git: ToolKnowledge = {
  names: ['git', 'gh', 'jj', 'hg'],
  rows: [
    {
      class: 'auth_error',
      when: /(?:Authentication failed|could not read (?:Username|Password)|Permission denied \(publickey|returned error: 40[13]|Host key verification|Invalid username or (?:password|token)|remote: (?:Permission|Invalid|Support for password)|gh auth login|Repository not found|Bad credentials)/i,
    },
    { class: 'rate_limited', when: /returned error: 429|rate limit/i },
    { class: 'overloaded', when: /returned error: 5\d\d|HTTP 5\d\d/i },
    {
      class: 'network',
      when: /(?:Could not resolve host|unable to access|Connection (?:timed out|refused|reset)|early EOF|RPC failed|remote end hung up|Could not read from remote repository|certificate verif|SSL|Failed to connect|index-pack failed|unable to connect)/i,
    },
    {
      class: 'resource_exhausted',
      when: /(?:No space left|Out of memory|unable to create thread|Cannot allocate|Disk quota|too many open files)/i,
    },
    {
      class: 'argument_error',
      when: /^(?:unknown (?:option|switch)|unrecognized argument|ambiguous argument|.*is not a git command|usage: git|bad flag|option .* (?:requires|is)|unknown subcommand)/i,
    },
    {
      class: 'task_failed',
      when: /^(?:CONFLICT \(|Automatic merge failed|nothing to commit|failed to push some refs|.*\[rejected\]|error: failed to push|could not apply|Merge conflict|.*needs merge)/i,
    },
    {
      class: 'launch_failed',
      when: /(?:already (?:checked out|used by worktree|exists)|is not a working tree|not a git repository|index\.lock|\.lock'?: File exists|a branch named|invalid reference|not a valid (?:object|ref)|is a missing but|dubious ownership|Unable to create|cannot lock ref|must be run in a work tree|No such file or directory)/i,
    },
  ],
  exitCode: codes({ 129: { class: 'argument_error' } }),
  runsCommands: true,
}

/** Small tools whose exit codes tell. */
export const curl: ToolKnowledge = {
  names: ['curl', 'wget', 'http', 'https'],
  exitCode: codes({
    2: { class: 'argument_error' },
    3: { class: 'argument_error' },
    5: { class: 'network' },
    6: { class: 'network' },
    7: { class: 'network' },
    16: { class: 'network' },
    18: { class: 'network' },
    23: { class: 'resource_exhausted' },
    28: { class: 'network' },
    35: { class: 'network' },
    52: { class: 'network' },
    55: { class: 'network' },
    56: { class: 'network' },
    60: { class: 'network' },
    92: { class: 'network' },
  }),
}

export const sqlite: ToolKnowledge = {
  names: ['sqlite', 'sqlite3'],
  rows: [
    {
      class: 'resource_exhausted',
      when: /(?:database or disk is full|database is locked|disk I\/O error|out of memory|readonly database|unable to open database)/i,
    },
  ],
}
