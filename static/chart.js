// The chart of cumulated lookups. Its frame is drawn by the server; only lines and their ends are set here.

import { number } from './words.js';

/** draw sets the lines, by door: the cumulated lookups, request by request, all on one scale. */
export function draw(lines) {
  const svg = document.querySelector('[data-chart]');
  if (!svg) return;
  const [left, top, right, bottom] = svg.dataset.plot.split(',').map(Number); // where its axes are
  const most = Math.max(1, ...Object.values(lines).flat());
  const longest = Math.max(...Object.values(lines).map((values) => values.length));
  const taken = [];
  for (const [door, values] of Object.entries(lines)) {
    const figures = [0, ...values];
    const x = (at) => left + ((right - left) * at) / Math.max(1, longest);
    const y = (value) => bottom - ((bottom - top) * value) / most;
    const points = figures.map((value, at) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
    svg.querySelector(`[data-line="${door}"]`)?.setAttribute('points', points);
    const label = svg.querySelector(`[data-line-label="${door}"]`);
    if (!label) continue;
    // Two lines that end together keep both their figures readable.
    let end = y(figures.at(-1)) + 5;
    if (taken.some((other) => Math.abs(other - end) < 18)) end = bottom - end < 18 ? end - 18 : end + 18;
    taken.push(end);
    label.textContent = number(figures.at(-1));
    label.setAttribute('x', right + 6);
    label.setAttribute('y', end.toFixed(1));
  }
}
