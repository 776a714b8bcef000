/** The style sheet of the pages. Every pair of colours has a contrast of at least 7:1, in light and in dark. */
export const style = `
:root { --ground: #f4f5f7; --card: #ffffff; --text: #1c2126; --quiet: #4a525b; --line: #d5d9de; --action: #0b4f8a; --on-action: #ffffff; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14171a; --card: #1e2327; --text: #f0f2f4; --quiet: #b9c0c8; --line: #3a4249; --action: #9fd0ff; --on-action: #0a1622; }
}
* { box-sizing: border-box; }
body { margin: 0; padding: 1.5rem; background: var(--ground); color: var(--text); font: 1.0625rem/1.55 system-ui, sans-serif; }
main { max-width: 34rem; margin: 8vh auto 0; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: 0.75rem; }
h1 { margin: 0 0 1rem; font-size: 1.625rem; line-height: 1.25; }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
p:last-child { margin-bottom: 0; }
.product { display: flex; align-items: center; gap: 0.5rem; margin-bottom: 0.75rem; color: var(--quiet); font-size: 0.9375rem; }
.mark { flex: none; width: 1.75rem; height: 1.75rem; fill: var(--action); }
.mark path { fill: none; stroke: var(--on-action); stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
code { padding: 0.1em 0.3em; border: 1px solid var(--line); border-radius: 0.25rem; background: var(--ground); font: 0.9375em ui-monospace, monospace; white-space: nowrap; }
.number { padding: 1rem; border: 1px solid var(--line); border-radius: 0.5rem; text-align: center; color: var(--quiet); }
.number strong { display: block; color: var(--text); font: 600 2.5rem/1.3 ui-monospace, monospace; letter-spacing: 0.2em; text-indent: 0.2em; }
.action { display: inline-block; padding: 0.75rem 1.25rem; border-radius: 0.5rem; background: var(--action); color: var(--on-action); font-weight: 600; text-decoration: none; }
.action:hover { text-decoration: underline; }
a { color: var(--action); }
.back { display: inline-block; padding: 0.5rem 0; }
.action:focus-visible, .back:focus-visible { outline: 3px solid var(--text); outline-offset: 3px; }
@media (max-width: 30rem) {
  body { padding: 0.75rem; }
  main { margin-top: 0; padding: 1.25rem 1rem; }
}
`;
