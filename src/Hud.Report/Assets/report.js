// Comforts of the HTML report: theme, links that open what they point to, everything open on paper.
(() => {
  'use strict';
  const root = document.documentElement;
  const button = document.getElementById('theme');
  const names = { auto: 'Theme: system', light: 'Theme: light', dark: 'Theme: dark' };
  let theme = 'auto';
  function apply() {
    if (theme === 'auto') root.removeAttribute('data-theme'); else root.dataset.theme = theme;
    button.textContent = names[theme];
  }
  function load() { try { return localStorage.getItem('hud-theme'); } catch { return null; } }
  function save() { try { localStorage.setItem('hud-theme', theme); } catch { /* private files have no storage */ } }
  if (button) {
    theme = names[load()] ? load() : 'auto';
    button.hidden = false;
    apply();
    button.addEventListener('click', () => {
      theme = { auto: 'dark', dark: 'light', light: 'auto' }[theme];
      apply();
      save();
    });
  }

  function openTarget() {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === 'DETAILS') { target.open = true; target.scrollIntoView(); }
  }
  window.addEventListener('hashchange', openTarget);
  openTarget();

  let closed = [];
  window.addEventListener('beforeprint', () => {
    closed = [...document.querySelectorAll('details:not([open])')];
    for (const d of closed) d.open = true;
  });
  window.addEventListener('afterprint', () => { for (const d of closed) d.open = false; });
})();
