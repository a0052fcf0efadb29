import { createHash } from 'node:crypto'

/** The style of every page: colours by `prefers-color-scheme`, contrast at least 7:1 for text. */
export const STYLE = `:root{color-scheme:light dark;--ink:#1b2430;--soft:#46525f;--line:#cdd5dd;--paper:#fff;--ground:#eef2f5;--link:#0b4a82;--note:#f3f6f9;--mark:#0b4a82}
.done{--mark:#1a6b3c}
.trouble{--mark:#8f4700}
@media (prefers-color-scheme:dark){
:root{--ink:#edf1f5;--soft:#bcc6d0;--line:#3d4956;--paper:#1c242d;--ground:#12181f;--link:#9ccbff;--note:#262f3a;--mark:#9ccbff}
.done{--mark:#86dba6}
.trouble{--mark:#ffc078}
}
*{box-sizing:border-box}
body{margin:0;padding:1rem;background:var(--ground);color:var(--ink);font:1.125rem/1.55 system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:break-word}
main{max-width:36rem;margin:4vh auto;padding:1.75rem 1.5rem;background:var(--paper);border:1px solid var(--line);border-top:6px solid var(--mark);border-radius:10px}
svg{display:block;width:3rem;height:3rem;margin:0 0 1rem;fill:none;stroke:var(--mark);stroke-width:2.5;stroke-linecap:round;stroke-linejoin:round}
h1{margin:0 0 1rem;font-size:1.6rem;line-height:1.25}
h2{margin:0 0 .35rem;font-size:1.125rem}
p{margin:0 0 1rem}
section{margin:1.5rem 0 0;padding:1rem 1.1rem;background:var(--note);border:1px solid var(--line);border-radius:8px}
section p:last-child{margin:0}
a{color:var(--link);display:inline-block;padding:.5rem 0}
a:focus-visible{outline:3px solid var(--link);outline-offset:2px}
footer{margin-top:1.5rem;color:var(--soft);font-size:.95rem}
footer code{overflow-wrap:anywhere;color:var(--ink)}
@media (max-width:30rem){body{padding:.5rem}main{margin:.5rem auto;padding:1.25rem 1rem}h1{font-size:1.4rem}section{padding:.9rem}}
@media print{:root,.done,.trouble{--ink:#000;--soft:#000;--line:#777;--paper:#fff;--ground:#fff;--note:#fff;--mark:#000}body{padding:0}main{margin:0;border:0;max-width:none}a{display:none}}
`

const styleHash = createHash('sha256').update(STYLE).digest('base64')

/** The Content-Security-Policy of every page: its own style, and nothing else. */
export const PAGE_CSP = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
