import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

export interface CommandRun {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

type Env = Record<string, string>

/** Runs `npm run rekey`'s program with this environment and nothing else, save where compiled code is kept. */
export const runRekey = (env: Env, ...words: string[]): Promise<CommandRun> =>
  startCommand('rekey', env, words).run

/** The same, for who ends it in the midst. */
export const startRekey = (env: Env): StartedCommand => startCommand('rekey', env)

/** Runs `npm run keys:new`'s program with these words. */
export const runKeysNew = (words: readonly string[], env: Env = {}): Promise<CommandRun> =>
  startCommand('keys-new', env, words).run

/** Runs `npm run migrate`'s program likewise. */
export const runMigrate = (env: Env, ...words: string[]): Promise<CommandRun> =>
  startCommand('migrate', env, words).run

/** Runs `npm run audit:verify`'s program likewise, with these words behind it. */
export const runAuditVerify = (env: Env, ...words: string[]): Promise<CommandRun> =>
  startCommand('audit-verify', env, words).run

export interface StartedCommand {
  readonly child: ChildProcess
  readonly run: Promise<CommandRun>
}

function startCommand(
  name: 'migrate' | 'rekey' | 'keys-new' | 'audit-verify',
  env: Env,
  words: readonly string[] = [],
): StartedCommand {
  const script = fileURLToPath(new URL(`../../src/${name}.ts`, import.meta.url))
  const { NODE_COMPILE_CACHE = '' } = process.env
  const child = spawn(process.execPath, [script, ...words], {
    env: { NODE_COMPILE_CACHE, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return { child, run: toRun(child) }
}

async function toRun(child: ChildProcessByStdio<null, Readable, Readable>): Promise<CommandRun> {
  const ended = once(child, 'close')
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [exitCode] = (await ended) as [number]
  return { exitCode, stdout, stderr }
}
