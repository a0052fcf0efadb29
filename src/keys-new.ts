import { systemClock } from './clock.ts'
import { runCommand } from './command.ts'
import { readSome } from './config.ts'
import { OperatorError } from './core/errors.ts'
import { HELP, type KeysTask, readTask } from './keys/arguments.ts'
import { editFile, isOpenToOthers } from './keys/edit-file.ts'
import { assertUnneeded } from './keys/unneeded.ts'
import { appendKey, newKeyRing, putFirst, removeKey } from './vault/index.ts'

type Task<Kind extends KeysTask['kind']> = Extract<KeysTask, { kind: Kind }>

await runCommand(async () => run(readTask(process.argv.slice(2))), 'the ring is as it was.')

async function run(task: KeysTask): Promise<void> {
  switch (task.kind) {
    case 'help':
      return void process.stdout.write(HELP)
    case 'print':
      return void process.stdout.write(newKeyRing(task.kid ?? newKid()))
    case 'append':
      await append(task)
      break
    case 'first':
      await first(task)
      break
    case 'remove':
      await remove(task)
  }
  if (await isOpenToOthers(task.file))
    process.stderr.write(`${task.file} can be read by others: chmod 600 it.\n`)
}

/** The day, and four digits for the second of a day. */
function newKid(): string {
  const day = systemClock.now().toISOString().slice(0, 10)
  return `${day}-${crypto.randomUUID().slice(0, 4)}`
}

async function append({ file, kid = newKid() }: Task<'append'>): Promise<void> {
  let isNew = false
  const changed = await editFile(file, async (text) => {
    isNew = text === null
    return text === null ? newKeyRing(kid) : appendKey(text, kid)
  })
  if (isNew) say(`Made ${file} with the key "${kid}".`)
  else if (!changed) say(`${file} has the key "${kid}" already.`)
  else
    say(
      `Appended the key "${kid}" to ${file}: it opens, and seals nothing yet. Restart all replicas, then put it in front with --first ${kid}.`,
    )
}

async function first({ file, kid }: Task<'first'>): Promise<void> {
  const changed = await editFile(file, async (text) => putFirst(assertThere(file, text), kid))
  say(
    changed
      ? `Put the key "${kid}" in front in ${file}. Restart all replicas: those that were not restarted since it was appended cannot open what it seals. Then run "npm run rekey".`
      : `The key "${kid}" stands in front in ${file} already.`,
  )
}

async function remove({ file, kid }: Task<'remove'>): Promise<void> {
  const stored = readSome(process.env, 'DATABASE_URL', 'SPOOL_DIR')
  const changed = await editFile(file, async (text) => {
    const ring = assertThere(file, text)
    const without = removeKey(ring, kid)
    if (without !== null) await assertUnneeded(stored, ring, kid)
    return without
  })
  say(
    changed
      ? `Took the key "${kid}" out of ${file}: nothing is sealed under it. Restart all replicas.`
      : `${file} has no key "${kid}".`,
  )
}

function assertThere(file: string, text: string | null): string {
  if (text !== null) return text
  throw new OperatorError('keys_unusable', `There is no file ${file}.`)
}

function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`)
}
