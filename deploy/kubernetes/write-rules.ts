import { writeFileSync } from 'node:fs'
import { printRules, RULES } from './rules.ts'

writeFileSync(RULES, printRules())
