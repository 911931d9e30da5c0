// The theme of the session: before the page is painted, and when it changes. See src/features/preferences/theme.ts.
addEventListener('storage', showTheme);
showTheme();

function showTheme() {
  const { dataset } = document.documentElement;
  try {
    dataset.theme = localStorage.getItem('theme').split(' ')[0];
  } catch {
    delete dataset.theme;
  }
}
