import { t } from '../support/parts.ts'

t.pass()
