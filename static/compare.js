// The compare page: the same request through each door chosen, for real, with this browser's own credentials.

import { draw } from './chart.js';
import { through } from './doors.js';
import { walked } from './nodes.js';
import { Busy, busy } from './token.js';
import { duration, message, millis, number } from './words.js';

const find = (what) => document.querySelector(what);
const shown = () => [...document.querySelectorAll('[data-column]')].map((column) => column.dataset.column);

let runs = []; // figures of the last requests, every door's for each
let span = 20; // how many of them are summed up
let page = ''; // what was asked for; figures of different pages or levels are never mixed
let count = 1; // asked for last
let running = null; // the AbortController of the run under way
let dress = () => {}; // prepares the bands that were put in

function put(door, panel) {
  const column = find(`[data-column="${door}"]`);
  if (!column) return;
  column.classList.remove('waiting');
  const open = [...column.querySelectorAll('details')].map((details) => details.open);
  for (const band of panel.querySelectorAll('[data-band]')) {
    const place = column.querySelector(`[data-band="${band.dataset.band}"]`);
    const form = place?.querySelector('[data-compare-signin]');
    if (form) find('.doors').before(form);
    if (place) place.replaceWith(band);
    else column.append(band);
  }
  column.querySelectorAll('details').forEach((details, at) => { details.open = open[at] ?? details.open; });
}

// Each row of the difference table with the figure of the panel that it sums up.
const figure = {
  auth: 'auth',
  data: 'data',
  'credential-bytes': 'credentialBytes',
  'line-bytes': 'lineBytes',
  'request-bytes': 'sentBytes',
  'total-time': 'totalUs',
  'server-bytes': 'serverBytes',
  'client-bytes': 'clientBytes',
  'copy-life': 'copySeconds',
};
const kept = ['server-bytes', 'client-bytes', 'copy-life']; // does not add up over requests: the last one counts
const written = { count: number, bytes: (value) => `${number(value)} B`, micros: millis, seconds: duration };

function sumUp() {
  for (const cell of document.querySelectorAll('[data-total][data-door]')) {
    const { total, door, format } = cell.dataset;
    const values = runs.map((run) => Number(run[door][figure[total]]) || 0);
    const value = kept.includes(total) ? values.at(-1) : values.reduce((sum, one) => sum + one, 0);
    cell.textContent = (written[format] ?? number)(value);
  }
  for (const place of document.querySelectorAll('[data-total-count]')) place.textContent = number(runs.length);
  const counted = (door) => {
    let lookups = 0;
    return runs.map((run) => (lookups += Number(run[door].auth) + Number(run[door].data)));
  };
  draw(Object.fromEntries(shown().map((door) => [door, counted(door)])));
  walked(runs, shown());
}

// A sign-in that the server could not see to be missing is asked for where that door's record would stand, all of it:
// what stands in its place is put in anew, as a record is, and nothing that was there moves.
function offerSignIn(missing) {
  const form = find('[data-compare-signin]');
  if (!form) return;
  form.hidden = missing.length === 0;
  if (form.hidden || !('unseen' in form.dataset)) return;
  delete form.dataset.unseen;
  const [first, ...rest] = document.querySelectorAll(`[data-column="${missing[0]}"] .band-empty`);
  if (!first) return;
  const place = document.createElement('div');
  place.className = 'band band-signin';
  place.dataset.band = first.dataset.band;
  place.append(form);
  first.replaceWith(place);
  for (const empty of rest) empty.remove();
}

function say(key, values) {
  const line = find('[data-compare-status]');
  if (line) line.textContent = message(key, values);
}

function progress(sent, of) {
  const bar = find('[data-compare-progress]');
  const cancel = find('[data-compare-cancel]');
  const many = sent < of && of > 1;
  if (bar) [bar.max, bar.value, bar.hidden] = [of, sent, !many];
  if (!cancel) return;
  if (!many && document.activeElement === cancel) find('form[data-compare] button')?.focus();
  cancel.hidden = !many;
}

async function send(times) {
  running?.abort();
  const mine = (running = new AbortController());
  const { signal } = mine;
  const asked = find('form[data-compare] [name=page]')?.value ?? 'home';
  if (asked !== page) [page, runs] = [asked, []];
  [count, span] = [times, Math.max(20, times)];
  const doors = shown();
  const path = `/member${page === 'notes' ? '/notes' : ''}?panel=open`;
  let sent = 0;
  try {
    say('sending', { n: 0, m: times });
    for (progress(0, times); sent < times; progress(++sent, times)) {
      // One after the other and in turn, so that none waits for another and all meet the same server; forwards and
      // backwards, so that a door does not always come to the same one of several nodes.
      const panels = {};
      for (const door of sent % 2 ? doors.toReversed() : doors) panels[door] = await through(door, path, signal);
      if (signal.aborted) break;
      const missing = doors.filter((door) => !panels[door]);
      for (const door of doors) if (panels[door]) put(door, panels[door]);
      dress();
      offerSignIn(missing);
      if (missing.length) return say('signedOut');
      runs = [...runs, Object.fromEntries(doors.map((door) => [door, { ...panels[door].dataset }]))].slice(-span);
      sumUp();
    }
    if (running === mine) say('sent', { n: sent, m: times });
  } catch (fault) {
    if (running === mine) say(signal.aborted ? 'sent' : fault instanceof Busy ? 'busy' : 'network', { n: sent, m: times });
  } finally {
    if (running === mine) {
      running = null;
      progress(times, times);
    }
  }
}

async function level(form, by) {
  running?.abort();
  const body = new URLSearchParams(new FormData(form));
  if (by?.name) body.set(by.name, by.value);
  const response = await fetch(form.getAttribute('action'), { method: 'POST', body, redirect: 'manual' });
  if (busy(response)) throw new Busy(response);
  if (response.type !== 'opaqueredirect' && !response.ok) throw new Error(response.status);
  const chosen = body.get('level');
  const about = form.querySelector('[data-level-about]');
  for (const choice of form.querySelectorAll('[name=level]')) {
    choice.setAttribute('aria-pressed', String(choice.value === chosen));
    if (about && choice.value === chosen) about.textContent = choice.title;
  }
  runs = [];
  await send(count);
}

function times(form, by) {
  const typed = form.querySelector('input[name=count]');
  return Math.min(Math.max(1, Math.floor(by?.value || typed?.value) || 1), Number(typed?.max) || 100);
}

/** start is called once; prepare is called whenever new bands stand in the page. */
export function start(prepare) {
  dress = prepare;
  document.addEventListener('submit', (event) => {
    const { target: form, submitter: by } = event;
    if (event.defaultPrevented || !find('form[data-compare]')) return;
    if (form.matches('[data-compare]')) send(times(form, by));
    else if (form.matches('[data-level-form]')) level(form, by).catch((fault) => say(fault instanceof Busy ? 'busy' : 'network'));
    else return;
    event.preventDefault();
  });
  document.addEventListener('click', (event) => {
    if (event.target.closest?.('[data-compare-cancel]')) running?.abort();
  });
}

/** ready sends once by itself, so that the figures stand there at once. */
export function ready() {
  running?.abort();
  running = null;
  runs = [];
  if (find('form[data-compare]')) send(1);
}
