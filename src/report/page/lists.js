// Lists of any length: only the rows that are seen exist.
class List {
  /** fill(row, index) makes a row's content; pick(index) is told of a click or Enter. */
  constructor(parent, label, fill, pick) {
    this.box = make('div', 'list');
    this.box.tabIndex = 0;
    this.box.setAttribute('role', 'listbox');
    this.box.setAttribute('aria-label', label);
    this.rows = make('div', 'rows');
    this.box.append(this.rows);
    parent.append(this.box);
    this.fill = fill;
    this.pick = pick;
    this.count = 0;
    this.at = none;
    this.height = 26;
    this.pool = [];
    this.refresh = later(() => this.show());
    this.box.addEventListener('scroll', this.refresh, { passive: true });
    this.rows.addEventListener('click', event => {
      const row = event.target.closest('.row');
      if (row) { this.at = +row.dataset.index; this.pick(this.at, event); this.refresh(); }
    });
    this.box.addEventListener('keydown', event => this.key(event));
    new ResizeObserver(this.refresh).observe(this.box);
  }
  set(count) {
    this.count = count;
    this.rows.style.height = count * this.height + 'px';
    if (this.at >= count) this.at = none;
    this.show();
  }
  show() {
    const first = Math.max(Math.floor(this.box.scrollTop / this.height) - 4, 0);
    const shown = Math.min(Math.ceil(this.box.clientHeight / this.height) + 8, this.count - first);
    while (this.pool.length < shown) { const row = make('div', 'row'); row.setAttribute('role', 'option'); this.pool.push(row); this.rows.append(row); }
    this.pool.forEach((row, i) => {
      row.hidden = i >= shown;
      if (row.hidden) return;
      const index = first + i;
      row.dataset.index = index;
      row.style.top = index * this.height + 'px';
      row.className = 'row';
      row.replaceChildren();
      this.fill(row, index);
      row.setAttribute('aria-selected', row.classList.contains('on'));
    });
  }
  goTo(index) {
    this.at = index;
    const y = index * this.height, top = this.box.scrollTop, room = this.box.clientHeight;
    if (y < top || y + this.height > top + room) this.box.scrollTop = Math.max(y - room / 2, 0);
    this.refresh();
  }
  key(event) {
    const page = Math.max(Math.floor(this.box.clientHeight / this.height) - 1, 1);
    const move = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -this.count, End: this.count }[event.key];
    if (move === undefined || !this.count || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.goTo(Math.max(0, Math.min(this.at < 0 ? 0 : this.at + move, this.count - 1)));
    this.pick(this.at, event);
  }
}

// The table of execs

const columns = [
  ['time', 'Time, s', 'r', a => A.at[a], a => seconds(A.at[a])],
  ['pid', 'PID', 'r', a => P.pid[A.process[a]], a => P.pid[A.process[a]]],
  ['ppid', 'Parent', 'r', a => P.ppid[A.process[a]], a => P.ppid[A.process[a]] < 0 ? '' : P.ppid[A.process[a]]],
  ['uid', 'User', 'r', a => A.uid[a], a => A.uid[a] < 0 ? '' : A.uid[a]],
  ['result', 'Result', '', a => resultText(a), a => A.error[a] > 0 ? data.errors[A.error[a]] : resultText(a)],
  ['ms', 'Took, ms', 'r', a => A.took[a], a => A.took[a] < 0 ? '' : (A.took[a] / 1e6).toFixed(3)],
  ['comm', 'Started by', '', a => text(A.comm[a]), a => text(A.comm[a])],
  ['command', 'Command', '', a => text(A.command[a]), a => line(text(A.command[a])) + (A.searched[a] > 0 ? `  (after ${A.searched[a]} of PATH)` : '')],
];
const sort = { column: 0, down: false };
let shown = new Int32Array(0);

/** "error:ENOENT curl" to functions of an attempt. A word is looked for in each text once, not in each row. */
function matchers(words) {
  return words.toLowerCase().split(/\s+/).filter(Boolean).map(word => {
    const colon = word.indexOf(':'), key = colon > 0 ? word.slice(0, colon) : '', value = word.slice(colon + 1);
    const memo = new Map();
    const has = (id, what) => {
      if (id < 0) return false;
      let found = memo.get(id);
      if (found === undefined) memo.set(id, found = T[id].toLowerCase().includes(what));
      return found;
    };
    switch (key) {
      case 'pid': return a => String(P.pid[A.process[a]]) === value;
      case 'ppid': return a => String(P.ppid[A.process[a]]) === value;
      case 'uid': return a => String(A.uid[a]) === value;
      case 'comm': return a => has(A.comm[a], value);
      case 'error': case 'result': return a => resultText(a).toLowerCase().startsWith(value);
      case 'command': return a => has(A.command[a], value);
      default: return a => has(A.command[a], word) || has(A.comm[a], word) || String(P.pid[A.process[a]]) === word ||
        resultText(a).toLowerCase().includes(word);
    }
  });
}
const tableHead = make('div', 'head');
$('table').append(tableHead);
const table = new List($('table'), 'Execs', fillExec, index => { state.attempt = shown[index]; choose(A.process[shown[index]], 'table'); });
columns.forEach(([name, title, align], i) => {
  const cell = make('div', `cell c-${name} ${align}`), button = make('button', align, title);
  button.type = 'button';
  button.id = 'sort-' + name;
  button.addEventListener('click', () => { sort.down = sort.column === i && !sort.down; sort.column = i; filter(); });
  cell.append(button);
  tableHead.append(cell);
});
function fillExec(row, index) {
  const a = shown[index];
  if (A.error[a] > 0) row.classList.add('fail');
  if (A.process[a] === state.chosen) row.classList.add('on');
  for (const [name, , align, , show] of columns) row.append(make('div', `cell c-${name} ${align}`, show(a)));
}
function filter() {
  const tests = matchers($('search').value);
  if ($('in-view').checked) tests.unshift(a => A.at[a] >= state.from && A.at[a] <= state.to);
  const found = new Int32Array(attemptCount);
  let n = 0;
  for (let a = 0; a < attemptCount; a++) if (tests.every(test => test(a))) found[n++] = a;
  shown = found.slice(0, n);
  const value = columns[sort.column][3], way = sort.down ? -1 : 1;
  if (sort.column !== 0) shown.sort((a, b) => { const x = value(a), y = value(b); return (x < y ? -1 : x > y ? 1 : a - b) * way; });
  else if (sort.down) shown.reverse();
  columns.forEach(([name, title], i) => {
    const button = $('sort-' + name);
    button.textContent = title + (i === sort.column ? (sort.down ? ' ↓' : ' ↑') : '');
    button.setAttribute('aria-pressed', i === sort.column);
  });
  $('count').textContent = n === attemptCount ? `${count(n)} execs` : `${count(n)} of ${count(attemptCount)} execs`;
  table.box.scrollTop = 0;
  table.set(n);
  tell('filtered');
}

// The tree

const open = new Uint8Array(processCount);
let treeRows = [], treeDepths = [];
const treeHead = make('div', 'head');
for (const [name, title, align] of [['start', 'Start, s', 'r'], ['life', 'Lived', 'r'], ['end', 'End', '']]) {
  const cell = make('div', `cell c-${name} ${align}`);
  cell.append(make('button', align, title));
  treeHead.append(cell);
}
treeHead.append(make('button', 'tree-cell', 'Process'));
$('tree-list').append(treeHead);
const tree = new List($('tree-list'), 'Tree of processes', fillTree, (index, event) => {
  const p = treeRows[index];
  if (event.target.closest && event.target.closest('.twist')) { toggle(p); return; }
  choose(p, 'tree');
});
tree.box.addEventListener('keydown', event => {
  const p = treeRows[tree.at];
  if (p === undefined) return;
  if (event.key === 'ArrowRight' && children.count(p) && !open[p]) toggle(p);
  else if (event.key === 'ArrowLeft' && open[p]) toggle(p);
  else if (event.key === 'ArrowLeft' && P.parent[p] >= 0) { tree.goTo(treeRows.indexOf(P.parent[p])); choose(P.parent[p], 'tree'); }
  else return;
  event.preventDefault();
  event.stopPropagation();
});
function toggle(p) { open[p] = !open[p]; flatten(); }
function flatten() {
  treeRows = []; treeDepths = [];
  const stack = [...roots].reverse().map(p => [p, 0]);
  while (stack.length) {
    const [p, depth] = stack.pop();
    treeRows.push(p); treeDepths.push(depth);
    if (!open[p]) continue;
    const list = children.of(p);
    for (let i = list.length; i-- > 0;) stack.push([list[i], depth + 1]);
  }
  tree.set(treeRows.length);
}
function fillTree(row, index) {
  const p = treeRows[index], depth = Math.min(treeDepths[index], 40);
  if (p === state.chosen) row.classList.add('on');
  row.append(make('div', 'cell c-start r', flag(p, SEEN) ? seconds(P.begin[p]) : ''), make('div', 'cell c-life r', duration(lifetime(p))),
    make('div', 'cell c-end' + (endedBadly(p) ? ' bad-text' : ''), endText(p)));
  const cell = make('div', 'tree-cell');
  cell.style.paddingLeft = depth * 16 + 'px';
  const twist = make('button', 'twist', children.count(p) ? (open[p] ? '▼' : '▶') : '');
  twist.tabIndex = -1;
  twist.setAttribute('aria-label', open[p] ? 'close' : 'open');
  cell.append(twist, make('span', 'num muted', P.pid[p] + '  '), make('span', 'mono', line(processText(p))));
  const failed = Array.from(attemptsOf.of(p)).filter(a => A.error[a] > 0);
  if (failed.length) cell.append(make('span', 'fail-text', '  ' + resultText(failed[0]) + (P.program[p] >= 0 ? '' : ' ' + line(text(A.command[failed[0]]))) +
    (failed.length > 1 ? `, ${failed.length} failed` : '')));
  row.append(cell);
}
/** Opens level by level, as long as no more than so many rows are seen. */
function openFirst(most) {
  let rows = roots.length;
  for (let level = roots; level.length; level = level.flatMap(p => open[p] ? Array.from(children.of(p)) : []))
    for (const p of level)
      if (rows + children.count(p) <= most) { open[p] = 1; rows += children.count(p); }
}
function openTo(p) {
  for (let q = P.parent[p]; q >= 0; q = P.parent[q]) open[q] = 1;
}
