// Runs of claims and labs: how they go is told while they go on, and what came of them is put in place. Without this
// script the same forms bring a page.

import { message } from './words.js';

const eventStream = 'text/event-stream';

/** events reads server-sent events from an answer's body. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const field = (name) => lines.filter((l) => l.startsWith(`${name}: `)).map((l) => l.slice(name.length + 2)).join('\n');
      yield { name: field('event'), data: field('data') };
    }
  }
}

const fragment = (html) => document.createRange().createContextualFragment(html);

/** teller writes into the place where a run's progress stands: how far it is, and the last figures. */
function teller(form) {
  const place = document.querySelector('[data-run-place]');
  const line = document.createElement('p');
  const list = document.createElement('ul');
  line.className = 'run-line';
  list.className = 'run-figures';
  place.replaceChildren(line, list);
  return {
    say: (text) => { line.textContent = text; },
    figure: (text) => {
      const item = document.createElement('li');
      item.textContent = text;
      list.append(item);
      while (list.children.length > 5) list.firstChild.remove();
    },
    /** ends takes the progress away; what is said last stays. */
    ends: (text = '') => {
      line.textContent = text;
      place.replaceChildren(...(text ? [line] : []));
    },
  };
}

async function run(form, by, ready) {
  const cancel = form.querySelector('[data-run-cancel]');
  const result = document.querySelector('[data-run-result]');
  const stop = new AbortController();
  const told = teller(form);
  const body = new URLSearchParams(new FormData(form));
  if (by?.name) body.append(by.name, by.value);
  const buttons = [...form.querySelectorAll('button:not([data-run-cancel])')];
  const ends = () => stop.abort();
  for (const b of buttons) b.disabled = true;
  if (cancel) {
    cancel.hidden = false;
    cancel.addEventListener('click', ends);
  }
  addEventListener('pagehide', ends);
  form.setAttribute('aria-busy', 'true');
  told.say(message('starting'));
  let came = false;
  try {
    const response = await fetch(form.action, { method: 'POST', body, headers: { Accept: eventStream }, signal: stop.signal });
    if (!response.headers.get('Content-Type')?.startsWith(eventStream)) throw new Error(response.status === 429 || response.status === 503 ? 'busy' : 'network');
    for await (const { name, data } of events(response.body)) {
      if (name === 'ahead') told.say(message('ahead', { n: Number(data) }));
      if (name === 'step') told.say(data);
      if (name === 'measured') told.figure(data);
      if (name === 'failed') throw new Error('busy');
      if (name !== 'result') continue;
      came = true;
      told.ends();
      result.replaceChildren(fragment(data));
      ready();
      const heading = result.querySelector('[data-outcome]');
      heading?.focus({ preventScroll: true });
      heading?.scrollIntoView({ block: 'nearest' });
    }
    if (!came) throw new Error('network');
  } catch (fault) {
    told.ends(message(stop.signal.aborted ? 'cancelled' : fault.message === 'busy' ? 'busy' : 'network'));
  } finally {
    for (const b of buttons) b.disabled = false;
    if (cancel) {
      cancel.hidden = true;
      cancel.removeEventListener('click', ends);
    }
    removeEventListener('pagehide', ends);
    form.removeAttribute('aria-busy');
  }
}

/** follow shows every claim of the list as it is measured. */
function follow(board, ready) {
  const source = new EventSource('/claims/events');
  const said = board.querySelector('[data-board-said]');
  const button = board.querySelector('button');
  const put = ({ data }) => {
    said.replaceChildren(fragment(data));
    ready();
  };
  source.addEventListener('measuring', put);
  source.addEventListener('measured', (event) => {
    put(event);
    source.close();
    button.disabled = false;
  });
  source.addEventListener('claim', ({ data }) => {
    const row = fragment(data).firstElementChild;
    const there = document.getElementById(row.id);
    if (there && !there.isEqualNode(row)) there.replaceWith(row);
  });
  source.addEventListener('end', () => source.close());
  source.addEventListener('error', () => { // refused for good: the page stays as it is
    if (source.readyState === EventSource.CLOSED) button.disabled = false;
  });
  addEventListener('pagehide', () => source.close());
}

async function again(board, form, ready) {
  board.querySelector('button').disabled = true;
  const response = await fetch(form.action, { method: 'POST', redirect: 'manual', body: new URLSearchParams() });
  if (response.type === 'opaqueredirect') follow(board, ready);
  else board.querySelector('button').disabled = false;
}

export function start(ready) {
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented) return;
    if (form.matches('[data-run-form]')) {
      event.preventDefault();
      if (!form.hasAttribute('aria-busy')) run(form, event.submitter, ready);
    } else if (form.closest('[data-board]')) {
      event.preventDefault();
      again(form.closest('[data-board]'), form, ready).catch(() => form.submit());
    }
  });
  const board = document.querySelector('[data-board][data-running]');
  if (board) follow(board, ready);
}
