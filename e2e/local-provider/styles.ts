/** Served as /pages.css: the content security policy of the pages allows no inline styles. */
export const stylesheet = `
:root { color-scheme: light dark; --page: light-dark(#f3f4f8, #12141c); --card: light-dark(#fff, #1c1f2b); }
:root { --text: light-dark(#1b1e28, #eceef5); --muted: light-dark(#565c6e, #a7adc0); --line: light-dark(#868da1, #6b7288); }
:root { --accent: light-dark(#3448c5, #a9b5ff); --on-accent: light-dark(#fff, #12141c); --danger: light-dark(#a8182d, #ff9aa6); }
* { box-sizing: border-box; }
body { margin: 0; padding: 1.5rem 1rem; min-height: 100vh; display: grid; place-content: center; gap: 1.25rem;
  grid-template-columns: minmax(0, 25rem); background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
main { padding: 2rem; background: var(--card); border-radius: 1rem; box-shadow: 0 1px 3px #0002, 0 8px 28px #0001; }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; } h2 { margin: 1.25rem 0 .5rem; font-size: .875rem; }
form { display: grid; gap: .375rem; } label { font-weight: 600; font-size: .9375rem; }
input, button { font: inherit; padding: .625rem .75rem; border: 1px solid var(--line); border-radius: .5rem; }
input { width: 100%; margin-bottom: .75rem; color: inherit; background: var(--page); }
button { border-color: transparent; background: var(--accent); color: var(--on-accent); font-weight: 600; cursor: pointer; }
button.secondary { background: none; color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
ul { margin: 0; padding: 0; list-style: none; display: grid; gap: .375rem; font-size: .875rem; }
li { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; }
a { color: var(--accent); }
footer { text-align: center; } footer, code, .note { color: var(--muted); font-size: .8125rem; overflow-wrap: anywhere; }
.error { margin: 0; color: var(--danger); font-weight: 600; } .error:not(:empty) { margin-bottom: .75rem; }
`;
