import { runCommand } from './command.ts'
import { changeRing } from './keys/change-ring.ts'

const surroundings = {
  env: process.env,
  say: (text: string) => void process.stdout.write(text),
  warn: (text: string) => void process.stderr.write(text),
}

await runCommand(() => changeRing(process.argv.slice(2), surroundings), 'the ring is as it was.')
