#!/usr/bin/env node
import { EXIT } from './errors.ts'
import { processIo } from './process-io.ts'
import { runCli } from './run.ts'

process.exitCode = await runCli(process.argv.slice(2), processIo())
// What was under way is not waited for.
if (process.exitCode === EXIT.interrupted) process.exit()
