// Statements on the rows of rotations.
import './claims.part.ts'
import './conflicts.part.ts'
import './due-cost.part.ts'
import './forgotten-chain.part.ts'
import './give-back.part.ts'
import './refused-later.part.ts'
import './settle.part.ts'
