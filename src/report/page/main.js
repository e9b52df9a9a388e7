// What ties the views together: the choice, keys, the mouse on the timeline, themes.
const themes = ['auto', 'light', 'dark'];
function isDark() {
  const theme = document.documentElement.dataset.theme;
  return theme ? theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}
function setTheme(theme) {
  if (theme === 'auto') delete document.documentElement.dataset.theme; else document.documentElement.dataset.theme = theme;
  $('theme').textContent = theme[0].toUpperCase() + theme.slice(1);
  state.theme = theme;
  readColours();
  tell('view');
  drawFlame();
}
function nextTheme() { setTheme(themes[(themes.indexOf(state.theme) + 1) % themes.length]); }

function choose(p, from) {
  state.chosen = p;
  if (p >= 0) {
    bringIntoView(p, true);
    if (from !== 'tree') { openTo(p); flatten(); tree.goTo(treeRows.indexOf(p)); }
    if (from !== 'table') {
      const index = shown.findIndex(a => A.process[a] === p);
      if (index >= 0) table.goTo(index);
    }
  }
  showDetails(p);
  table.refresh();
  tree.refresh();
  redraw();
}
function processLink(p) {
  const button = make('button', 'link mono', `${P.pid[p]}  ${line(processText(p))}`);
  button.type = 'button';
  button.addEventListener('click', () => choose(p));
  return button;
}
function showDetails(p) {
  const box = $('details');
  box.hidden = p < 0;
  if (p < 0) return;
  const close = make('button', 'close', '✕');
  close.setAttribute('aria-label', 'Close');
  close.addEventListener('click', () => choose(none));
  const facts = make('dl');
  const put = (name, value) => {
    if (value === '' || value === undefined) return;
    const row = make('div'), dd = make('dd');
    dd.append(value);
    row.append(make('dt', '', name), dd);
    facts.append(row);
  };
  const attempts = Array.from(attemptsOf.of(p)), last = attempts[attempts.length - 1];
  put('PID', String(P.pid[p]));
  put(flag(p, BEGIN_KNOWN) ? 'Forked at' : 'First seen at', flag(p, SEEN) ? seconds(P.begin[p]) + ' s' : '');
  put('Lived', duration(lifetime(p)));
  put('Ended with', endText(p));
  put('User', last !== undefined && A.uid[last] >= 0 ? String(A.uid[last]) : '');
  put('Parent', P.parent[p] >= 0 ? processLink(P.parent[p]) : P.ppid[p] >= 0 ? String(P.ppid[p]) : '');
  put('Started', children.count(p) ? `${count(children.count(p))} processes` : '');
  const more = make('div', 'more');
  for (const a of attempts.slice(0, 200))
    if (attempts.length > 1 || A.error[a] > 0) more.append(make('div', A.error[a] > 0 ? 'fail-text mono' : 'mono', `${seconds(A.at[a])}  ${resultText(a)}  ${line(text(A.command[a]))}`));
  for (const child of children.of(p).subarray(0, 100)) more.append(processLink(child));
  if (children.count(p) > 100) more.append(make('div', 'muted', `and ${count(children.count(p) - 100)} more, in the tree`));
  const title = processText(p);
  box.replaceChildren(close, make('h2', '', title.length > 20000 ? title.slice(0, 20000) + '…' : title), facts, more);
}

const redraw = later(() => { draw(); drawOverview(); });
on('view', redraw);
let viewTimer = 0;
on('view', () => { if ($('in-view').checked) { clearTimeout(viewTimer); viewTimer = setTimeout(filter, 120); } });
on('attempt', a => { const index = shown.indexOf(a); if (index >= 0) table.goTo(index); });

// The mouse on the timeline

let drag = null;
canvas.addEventListener('pointerdown', event => {
  if (event.button !== 0) return;
  drag = { x: event.clientX, y: event.clientY, from: state.from, to: state.to, scroll, moved: false, chooses: event.shiftKey };
  canvas.setPointerCapture(event.pointerId);
});
canvas.addEventListener('pointermove', event => {
  if (!drag) { const p = processAt(event); showTip(event, p >= 0 && tipLines(p)); return; }
  const dx = event.clientX - drag.x, dy = event.clientY - drag.y, bounds = canvas.getBoundingClientRect();
  if (Math.abs(dx) + Math.abs(dy) > 3) drag.moved = true;
  if (!drag.moved) return;
  showTip();
  if (drag.chooses) {
    range = [Math.min(drag.x, event.clientX) - bounds.left, Math.max(drag.x, event.clientX) - bounds.left];
  } else {
    canvas.classList.add('dragging');
    const shift = -dx / bounds.width * (drag.to - drag.from);
    scroll = clampScroll(drag.scroll - dy);
    setView(drag.from + shift, drag.to + shift);
  }
  redraw();
});
function endDrag(event) {
  if (!drag) return;
  const { moved, chooses } = drag;
  drag = null;
  canvas.classList.remove('dragging');
  if (!moved) choose(processAt(event));
  else if (chooses && range) { const width = canvas.clientWidth; setView(toTime(range[0], width), toTime(range[1], width)); }
  range = null;
  redraw();
}
canvas.addEventListener('pointerup', endDrag);
canvas.addEventListener('pointercancel', () => { drag = range = null; redraw(); });
canvas.addEventListener('pointerleave', () => showTip());
canvas.addEventListener('dblclick', event => { const p = processAt(event); if (p >= 0) zoomTo(p); });
canvas.addEventListener('wheel', event => {
  const bounds = canvas.getBoundingClientRect(), span = state.to - state.from;
  if (event.ctrlKey || event.metaKey || event.altKey) {
    event.preventDefault();
    zoom(Math.exp(Math.max(-60, Math.min(event.deltaY, 60)) / 120), toTime(event.clientX - bounds.left, bounds.width));
  } else if (Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey) {
    event.preventDefault();
    const shift = (event.deltaX || event.deltaY) / bounds.width * span;
    setView(state.from + shift, state.to + shift);
  } else {
    const next = clampScroll(scroll + event.deltaY);
    if (next !== scroll) { event.preventDefault(); scroll = next; redraw(); }
  }
}, { passive: false });
let brush = false;
function moveBrush(event) {
  const bounds = overview.getBoundingClientRect(), at = (event.clientX - bounds.left) / bounds.width * length, span = state.to - state.from;
  setView(at - span / 2, at + span / 2);
}
overview.addEventListener('pointerdown', event => { brush = true; overview.setPointerCapture(event.pointerId); moveBrush(event); });
overview.addEventListener('pointermove', event => { if (brush) moveBrush(event); });
overview.addEventListener('pointerup', () => { brush = false; });

// Tabs and buttons

const tabs = ['execs', 'tree', 'stacks', 'summary'];
function showTab(name) {
  for (const tab of tabs) {
    $(tab).hidden = tab !== name;
    $('tab-' + tab).setAttribute('aria-selected', tab === name);
    $('tab-' + tab).tabIndex = tab === name ? 0 : -1;
  }
  if (name === 'tree') tree.show();
  if (name === 'execs') table.show();
  drawFlame();
}
tabs.forEach((tab, i) => {
  $('tab-' + tab).addEventListener('click', () => showTab(tab));
  $('tab-' + tab).addEventListener('keydown', event => {
    const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!move) return;
    event.stopPropagation();
    const next = tabs[(i + move + tabs.length) % tabs.length];
    showTab(next);
    $('tab-' + next).focus();
  });
});
$('in').addEventListener('click', () => zoom(.5));
$('out').addEventListener('click', () => zoom(2));
$('fit').addEventListener('click', showAll);
$('fail').addEventListener('click', () => goToFailure(1));
$('fail').hidden = failures.length === 0;
$('theme').addEventListener('click', nextTheme);
$('help').addEventListener('click', () => $('keys').showModal());
$('in-view').addEventListener('change', filter);
let searchTimer = 0;
$('search').addEventListener('input', () => { clearTimeout(searchTimer); searchTimer = setTimeout(() => { filter(); drawFlame(); }, 90); });

function step1(direction) {
  const next = state.chosen < 0 ? (direction > 0 ? 0 : processCount - 1) : state.chosen + direction;
  if (next >= 0 && next < processCount) choose(next);
}
const keys = {
  '+': () => zoom(.5), '=': () => zoom(.5), '-': () => zoom(2), '0': showAll, 'n': () => step1(1), 'p': () => step1(-1),
  'u': () => { if (state.chosen >= 0 && P.parent[state.chosen] >= 0) choose(P.parent[state.chosen]); },
  'f': () => goToFailure(1), 'F': () => goToFailure(-1), 't': nextTheme, '?': () => $('keys').showModal(),
  '/': () => { showTab('execs'); $('search').focus(); $('search').select(); },
  'Escape': () => choose(none), 'Enter': () => { if (state.chosen >= 0) zoomTo(state.chosen); },
  'ArrowLeft': () => setView(state.from - (state.to - state.from) / 8, state.to - (state.to - state.from) / 8),
  'ArrowRight': () => setView(state.from + (state.to - state.from) / 8, state.to + (state.to - state.from) / 8),
  '1': () => showTab('execs'), '2': () => showTab('tree'), '3': () => showTab('stacks'), '4': () => showTab('summary'),
};
document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || $('keys').open) return;
  if (event.target === $('search')) {
    if (event.key === 'Escape') { $('search').value = ''; filter(); $('search').blur(); }
    if (event.key === 'Enter' && shown.length) { choose(A.process[shown[0]], 'table'); table.box.focus(); table.goTo(0); }
    return;
  }
  const isButton = event.target.closest && event.target.closest('button, input');
  if (isButton && (event.key === 'Enter' || event.key === ' ')) return;
  const action = keys[event.key];
  if (action) { event.preventDefault(); action(); }
});

document.documentElement.classList.add('js');
$('summary').hidden = true;
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => setTheme(state.theme));
new ResizeObserver(later(() => { layout(); draw(); drawOverview(); drawFlame(); })).observe(canvas);
layout();
setTheme('auto');
openFirst(5000);
flatten();
filter();
showAll();
window.report = { state, data, lanes, shown: () => shown, treeRows: () => treeRows, viewHeight: () => viewHeight, flame, ready: true };
