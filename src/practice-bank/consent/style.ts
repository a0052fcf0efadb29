import { createHash } from 'node:crypto'
import type { Html } from './html.ts'

const css = `:root{color-scheme:light dark;--ink:#17212d;--soft:#435063;--line:#cbd4dd;--edge:#6c7a89;--brand:#0c4a66;--on-brand:#fff;--tint:#eaf3f8;--paper:#fff;--ground:#f1f4f7;--focus:#0c4a66;--wrong:#8c1d18;--wrong-tint:#fdeeec}
@media (prefers-color-scheme:dark){:root{--ink:#edf1f5;--soft:#bac5d0;--line:#3b4855;--edge:#8b99a8;--brand:#93d2f0;--on-brand:#06212e;--tint:#21333f;--paper:#1a232c;--ground:#10161c;--focus:#ffd479;--wrong:#ffb4ab;--wrong-tint:#3a1f1d}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:1.0625rem/1.55 system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:break-word}
.notice{margin:0;padding:.6rem 1rem;background:#ffe08a;color:#3d2f00;text-align:center;font-size:.9rem;font-weight:600;text-wrap:balance}
.bar,main{max-width:40rem;margin:0 auto;padding:0 1rem}
.bar{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:center;gap:.5rem;padding-top:1rem;padding-bottom:1rem}
.bank{display:flex;align-items:center;gap:.6rem;margin:0;color:var(--brand);font-size:1.2rem;font-weight:700}
.bank svg{width:1.9rem;height:1.9rem;fill:none;stroke:currentColor;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}
main{padding-bottom:3rem}
.steps{display:flex;gap:.5rem;list-style:none;margin:0 0 1.1rem;padding:0;counter-reset:step;font-size:.9rem;line-height:1.3;color:var(--soft)}
.steps li{flex:1 1 0;min-width:0;display:flex;align-items:center;gap:.5rem;padding-top:.6rem;border-top:4px solid var(--line);counter-increment:step}
.steps li::before{content:counter(step);flex:none;display:grid;place-items:center;width:1.6rem;height:1.6rem;border:1.5px solid var(--edge);border-radius:50%;font-weight:600}
.steps .past,.steps .now{border-color:var(--brand)}
.steps .past::before{content:"✓";content:"✓"/"";border-color:var(--brand);color:var(--brand)}
.steps .now{color:var(--ink);font-weight:700}
.steps .now::before{border-color:var(--brand);background:var(--brand);color:var(--on-brand)}
.card{padding:1.75rem;background:var(--paper);border:1px solid var(--line);border-radius:14px;box-shadow:0 1px 2px rgb(16 24 32/.06),0 8px 24px rgb(16 24 32/.06)}
h1{margin:0 0 .9rem;font-size:1.55rem;line-height:1.25;letter-spacing:-.01em}
h2{margin:0 0 .3rem;font-size:1.0625rem}
p,ul,dl{margin:0 0 1rem}
ul{padding-left:1.2rem}
li+li{margin-top:.2rem}
.steps li+li{margin-top:0}
fieldset{min-width:0;border:0;margin:1.5rem 0;padding:0}
legend,.field label{display:block;padding:0;margin:0 0 .25rem;font-weight:700}
fieldset .soft,.field .soft{margin-bottom:.7rem}
legend:has(+.choice){margin-bottom:.7rem}
.choice{position:relative;display:flex;gap:.9rem;align-items:center;min-height:3rem;padding:.85rem 1rem;margin:0 0 .6rem;border:1.5px solid var(--edge);border-radius:10px;cursor:pointer}
.choice:has(:checked){border-color:var(--brand);background:var(--tint);box-shadow:inset 0 0 0 1px var(--brand)}
.choice:hover{border-color:var(--brand)}
.choice input{flex:none;width:1.5rem;height:1.5rem;margin:0;accent-color:var(--brand)}
.choice span{min-width:0}
.choice strong,.choice small{display:block}
.choice .code{color:var(--ink)}
.code b,.number{font-variant-numeric:tabular-nums;letter-spacing:.02em}
small,.soft{color:var(--soft);font-size:.95rem;line-height:1.45}
.field{margin:1.5rem 0}
.field input{font:inherit;font-size:1.25rem;font-variant-numeric:tabular-nums;letter-spacing:.08em;width:100%;max-width:16rem;min-height:3rem;padding:.5rem .85rem;border:1.5px solid var(--edge);border-radius:10px;background:var(--paper);color:var(--ink)}
.field input[aria-invalid]{border-color:var(--wrong);border-width:2px}
dl{border-top:1px solid var(--line)}
dl div{display:grid;grid-template-columns:minmax(0,12rem) minmax(0,1fr);gap:.15rem 1.25rem;padding:.7rem 0;border-bottom:1px solid var(--line)}
dt{color:var(--soft)}
dd{margin:0;font-weight:600}
dd ul,dd small{margin:0;font-weight:400}
dd small{display:block}
.buttons{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:1.75rem}
button{font:inherit;font-weight:700;min-height:3rem;padding:.6rem 1.5rem;border-radius:10px;border:2px solid var(--brand);background:var(--brand);color:var(--on-brand);cursor:pointer}
button:hover{filter:brightness(1.12)}
button.quiet{background:transparent;color:var(--brand);padding:.6rem 1.1rem;font-weight:600}
button.quiet:hover{background:var(--tint);filter:none}
.bar button.quiet{padding:.4rem .9rem;border-width:1.5px;border-color:var(--edge)}
a{color:inherit}
.bar a{display:inline-block;padding:.6rem 0;color:var(--brand);font-weight:600}
button:focus-visible,a:focus-visible,input:focus-visible,.choice:has(:focus-visible),.complaint:focus{outline:3px solid var(--focus);outline-offset:3px}
.choice input:focus-visible{outline:none}
.complaint{margin:0 0 1.25rem;padding:.4rem 1rem;border:1.5px solid var(--wrong);border-left-width:6px;border-radius:10px;background:var(--wrong-tint);color:var(--wrong);font-weight:600}
.complaint p{margin:0}
.complaint a{display:inline-block;padding:.55rem 0}
.note{margin:1.5rem 0 0;padding:1rem 1.15rem;background:var(--tint);border-radius:10px}
.note p{margin:0}
.unseen{position:absolute;width:1px;height:1px;min-height:0;margin:-1px;padding:0;border:0;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (prefers-reduced-motion:no-preference){.choice,button{transition:background-color .12s,border-color .12s}}
@media (max-width:34rem){
.card{padding:1.25rem 1rem;border-radius:12px}
main,.bar{padding-left:.75rem;padding-right:.75rem}
h1{font-size:1.35rem}
.steps{font-size:.85rem}
.steps li{flex:1 1 auto;min-width:min-content;flex-direction:column;align-items:flex-start;gap:.35rem}
.choice{padding:.8rem .85rem;gap:.75rem}
dl div{grid-template-columns:minmax(0,1fr)}
.buttons button{width:100%}
}
@media (forced-colors:active){.choice:has(:checked){border-width:4px}}`

/** The style of every page: colours by `prefers-color-scheme`, contrast at least 7:1 for text. */
export const style: Html = { markup: css }

const styleHash = createHash('sha256').update(css).digest('base64')

/** The pages' policy. No form-action: browsers would apply it to the redirect back to the client. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; frame-ancestors 'none'; base-uri 'none'`
