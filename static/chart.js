// The chart of cumulated lookups. Its frame is drawn by the server; only lines and their ends are set here.

import { number } from './words.js';

/** draw sets the lines, by door: the cumulated lookups, request by request, all on one scale. */
export function draw(lines) {
  const svg = document.querySelector('[data-chart]');
  if (!svg) return;
  const [left, top, right, bottom] = svg.dataset.plot.split(',').map(Number); // where its axes are
  const most = Math.max(1, ...Object.values(lines).flat());
  const longest = Math.max(...Object.values(lines).map((values) => values.length));
  const x = (at) => left + ((right - left) * at) / Math.max(1, longest);
  const y = (value) => bottom - ((bottom - top) * value) / most;
  for (const [door, values] of Object.entries(lines)) {
    const figures = [0, ...values];
    const points = figures.map((value, at) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
    svg.querySelector(`[data-line="${door}"]`)?.setAttribute('points', points);
  }
  // Lines that end together keep all their figures readable: from the bottom up each makes room for the next,
  // and what was pushed over the edge comes down again.
  const ends = Object.entries(lines).map(([door, values]) => ({ door, sum: values.at(-1) ?? 0 })).sort((a, b) => a.sum - b.sum);
  let below = Infinity;
  for (const end of ends) below = end.y = Math.min(y(end.sum), below - 18);
  let above = top - 18;
  for (const end of ends.reverse()) above = end.y = Math.max(end.y, above + 18);
  for (const end of ends) {
    const label = svg.querySelector(`[data-line-label="${end.door}"]`);
    if (!label) continue;
    label.textContent = number(end.sum);
    label.setAttribute('x', right + 6);
    label.setAttribute('y', (end.y + 5).toFixed(1));
  }
}
