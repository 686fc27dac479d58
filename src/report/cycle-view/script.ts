/**
 * The page's script. It reads what was recorded from the page: per PE its runs as length, kind, step (−1 for none) one
 * after another, and the words of every kind.
 */
export const cycleScript = String.raw`
(() => {
  'use strict';
  const data = JSON.parse(document.getElementById('recording').textContent);
  const find = (id) => document.getElementById(id);
  document.documentElement.classList.add('js');
  // From a cycle to a run: the first cycle of every run, searched by halves.
  const pes = data.pes.map((flat) => {
    const runs = [];
    for (let i = 0, from = 0; i < flat.length; i += 3) {
      runs.push({ from, length: flat[i], kind: flat[i + 1], step: flat[i + 2] });
      from += flat[i];
    }
    return runs;
  });
  const runAt = (runs, cycle) => {
    let low = 0, high = runs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (runs[middle].from <= cycle) low = middle; else high = middle - 1;
    }
    return runs[low];
  };
  const foldAt = (cycle) => data.folds.filter((from) => from <= cycle).length;
  const cells = [...document.querySelectorAll('#array tbody td')];
  const slider = find('cycle'), shown = find('shown'), caption = find('caption'), play = find('play');
  const gantt = find('gantt'), cursor = find('cursor'), chart = find('chart'), speed = find('speed');
  const pixels = Number(gantt.dataset.pixels), margin = Number(gantt.dataset.margin);
  const height = gantt.viewBox.baseVal.height;
  const last = data.cycles - 1;
  let now = 0, timer;

  function show(cycle, follow) {
    now = Math.max(0, Math.min(last, cycle));
    cells.forEach((cell, i) => {
      const run = runAt(pes[i], now), kind = data.kinds[run.kind];
      cell.className = 'k' + run.kind + ' s-' + kind.state;
      cell.firstElementChild.textContent = kind.label;
      cell.lastElementChild.textContent = run.step < 0 ? kind.note : 'step ' + run.step;
      cell.title = kind.words + (kind.state === 'busy' ? ', cycle ' + (now - run.from + 1) + ' of ' + run.length : '');
    });
    const fold = data.foldName + ' ' + foldAt(now) + ' of ' + data.folds.length;
    caption.textContent = 'Cycle ' + now + ' of 0 … ' + last + ', ' + fold;
    shown.textContent = 'cycle ' + now + ', ' + fold;
    slider.value = String(now);
    slider.setAttribute('aria-valuetext', 'cycle ' + now + ', ' + fold);
    const x = margin + (now + 0.5) * pixels;
    cursor.setAttribute('d', 'M' + x + ' 32V' + height);
    if (follow && (x < chart.scrollLeft + margin + 20 || x > chart.scrollLeft + chart.clientWidth - 40))
      chart.scrollLeft = x - chart.clientWidth / 3;
  }
  function stop() {
    clearInterval(timer);
    timer = undefined;
    play.textContent = '▶ Play';
  }
  function start() {
    if (now >= last) show(0, true);
    play.textContent = '❚❚ Pause';
    timer = setInterval(() => {
      if (now >= last) stop(); else show(now + 1, true);
    }, 1000 / Number(speed.value));
  }
  const toggle = () => (timer === undefined ? start() : stop());
  const jump = (cycle) => { stop(); show(cycle, true); };
  const actions = {
    first: () => jump(0), back: () => jump(now - 1), play: toggle, next: () => jump(now + 1), last: () => jump(last),
  };
  for (const id of Object.keys(actions)) find(id).addEventListener('click', actions[id]);
  slider.addEventListener('input', () => jump(Number(slider.value)));
  speed.addEventListener('change', () => { if (timer !== undefined) { stop(); start(); } });
  gantt.addEventListener('click', (event) => {
    const box = gantt.getBoundingClientRect();
    jump(Math.floor(((event.clientX - box.left) * (gantt.viewBox.baseVal.width / box.width) - margin) / pixels));
  });
  const keys = {
    ' ': toggle, ArrowLeft: actions.back, ArrowRight: actions.next, Home: actions.first, End: actions.last,
    PageUp: () => jump(now - 10), PageDown: () => jump(now + 10),
  };
  document.addEventListener('keydown', (event) => {
    const at = event.target;
    if (event.altKey || event.ctrlKey || event.metaKey || at.tagName === 'SELECT' || at.tagName === 'SUMMARY') return;
    if (at.tagName === 'BUTTON' && event.key === ' ') return;
    const action = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
  const asked = /^#(\d+)$/.exec(location.hash);
  show(asked ? Number(asked[1]) : 0, true);
})();
`;
