// Behaviour of the flame graph, in the SVG file and in the HTML report: zoom, search, keyboard.
// The picture is complete without it; frames carry their place as fractions (data-x, data-w) and their row (data-d).
(() => {
  'use strict';
  const svg = document.querySelector('svg.hud-flame');
  if (!svg) return;
  const standalone = document.documentElement === svg;
  const frames = [...svg.querySelectorAll('g.f')].map((g, index) => ({
    g, index, x: +g.dataset.x, w: +g.dataset.w, d: +g.dataset.d,
    rect: g.querySelector('rect'), text: g.querySelector('text'),
    title: g.querySelector('title').textContent, name: g.dataset.n || g.querySelector('title').textContent.split('\n')[0],
    parent: null, children: [],
  }));
  if (!frames.length) return;
  const open = [];
  for (const f of frames) {
    open.length = f.d;
    if (f.d) { f.parent = open[f.d - 1]; f.parent.children.push(f); }
    open[f.d] = f;
  }
  const details = document.getElementById('hud-details');
  const matched = document.getElementById('hud-matched');
  const reset = document.getElementById('hud-reset');
  const input = document.getElementById('hud-search');
  const CHAR = 7.3, EPS = 1e-9;
  let width = 1200, zoomed = frames[0], term = '';

  function fit(name, px) {
    const max = Math.floor((px - 6) / CHAR);
    if (max < 3) return '';
    if (name.length <= max) return name;
    let cut = name.slice(name.length - max + 1);
    const at = cut.indexOf('::');
    if (at >= 0 && at < max / 3) cut = cut.slice(at);
    return '…' + cut;
  }

  function layout() {
    const ancestors = new Set();
    for (let f = zoomed.parent; f; f = f.parent) ancestors.add(f);
    for (const f of frames) {
      let x, w;
      if (ancestors.has(f)) { x = 0; w = 1; } else { x = (f.x - zoomed.x) / zoomed.w; w = f.w / zoomed.w; }
      const visible = ancestors.has(f) || (f.d >= zoomed.d && x >= -EPS && x + w <= 1 + EPS);
      f.g.style.display = visible && w * width >= 0.3 ? '' : 'none';
      if (f.g.style.display) continue;
      f.g.classList.toggle('above', ancestors.has(f));
      f.rect.setAttribute('x', (x * width).toFixed(2));
      f.rect.setAttribute('width', Math.max(0.4, w * width - 0.6).toFixed(2));
      f.text.setAttribute('x', (x * width + 3).toFixed(2));
      f.text.textContent = fit(f.name, w * width);
    }
    if (reset) reset.style.visibility = zoomed === frames[0] ? 'hidden' : 'visible';
  }

  function resize() {
    const available = standalone ? window.innerWidth : svg.parentElement.clientWidth;
    width = Math.max(320, available || 1200);
    svg.setAttribute('width', width);
    const box = svg.getAttribute('viewBox').split(' ');
    svg.setAttribute('viewBox', `0 0 ${width} ${box[3]}`);
    for (const line of svg.querySelectorAll('.right')) line.setAttribute('x', width - 8);
    layout();
  }

  function zoom(f) { zoomed = f; layout(); remember(); }

  function search(text) {
    term = text.trim();
    const needle = term.toLowerCase();
    let share = 0, count = 0;
    for (const f of frames) {
      const hit = needle !== '' && f.name.toLowerCase().includes(needle);
      f.hit = hit || (f.parent !== null && f.parent.hit);
      f.g.classList.toggle('match', hit);
      if (hit) { count++; if (!f.parent || !f.parent.hit) share += f.w; }
    }
    svg.classList.toggle('searching', needle !== '');
    if (matched) matched.textContent = needle === '' ? '' : `“${term}”: ${(share * 100).toFixed(1)} % of blocked time, ${count} frames`;
    if (input && input.value !== text) input.value = text;
    remember();
  }

  function ask() {
    if (input) { input.focus(); input.select(); return; }
    const answer = window.prompt('Search in frame names', term);
    if (answer !== null) search(answer);
  }

  function remember() {
    if (!standalone) return;
    const state = new URLSearchParams();
    if (term) state.set('s', term);
    if (zoomed.index) state.set('z', zoomed.index);
    try { history.replaceState(null, '', state.size ? '?' + state : location.pathname); } catch { /* not allowed for file: in some browsers */ }
  }

  function say(f) { if (details) details.textContent = f ? f.title.replace(/\n/g, '  ·  ') : ' '; }

  function focus(f) {
    for (const other of frames) if (other !== f) other.g.setAttribute('tabindex', '-1');
    f.g.setAttribute('tabindex', '0');
    f.g.focus();
  }

  const of = node => { const g = node.closest && node.closest('g.f'); return g ? frames.find(f => f.g === g) : null; };
  svg.addEventListener('click', e => { const f = of(e.target); if (f) { zoom(f); focus(f); } });
  svg.addEventListener('mouseover', e => say(of(e.target)));
  svg.addEventListener('mouseout', () => say(null));
  svg.addEventListener('focusin', e => say(of(e.target)));
  svg.addEventListener('keydown', e => {
    const f = of(e.target);
    if (!f) return;
    const siblings = f.parent ? f.parent.children : [f];
    const at = siblings.indexOf(f);
    const shown = list => list.find(c => c.g.style.display !== 'none');
    const next = { ArrowDown: shown(f.children), ArrowUp: f.parent, ArrowRight: shown(siblings.slice(at + 1)), ArrowLeft: shown(siblings.slice(0, at).reverse()) }[e.key];
    if (e.key === 'Enter' || e.key === ' ') zoom(f); else if (next) focus(next); else return;
    e.preventDefault();
  });
  document.addEventListener('keydown', e => {
    if (e.target && /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName)) {
      if (e.key === 'Escape') { search(''); e.target.blur(); }
      return;
    }
    if (e.key === '/' || (standalone && e.key === 'f' && (e.ctrlKey || e.metaKey))) { ask(); e.preventDefault(); }
    else if (e.key === 'Escape') { if (term) search(''); else zoom(frames[0]); }
  });
  if (reset) reset.addEventListener('click', () => zoom(frames[0]));
  if (input) input.addEventListener('input', () => search(input.value));
  const asked = document.getElementById('hud-ask');
  if (asked) asked.addEventListener('click', ask);
  window.addEventListener('resize', resize);

  const state = new URLSearchParams(location.search);
  zoomed = frames[+state.get('z')] || frames[0];
  resize();
  if (state.get('s')) search(state.get('s'));
})();
