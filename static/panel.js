// The panel: a life that runs out, local times, the request as a command, credentials shown and hidden.

import { authorized, generation, held } from './token.js';
import { duration, instant } from './words.js';

const hiding = 'twodoors-hide-credentials';
const around = (element) => element.closest('[data-panel], [data-column]') ?? document;

// Only differences are taken from this machine's clock, where the page says how many seconds are left: it may be wrong.
function tick() {
  const now = Date.now() / 1000;
  for (const life of document.querySelectorAll('[data-life]')) {
    life.dataset.until ??= life.dataset.left ? now + Number(life.dataset.left) : life.dataset.life;
    const text = duration(Number(life.dataset.until) - now);
    if (life.textContent !== text) life.textContent = text;
  }
}

function localTimes() {
  for (const time of document.querySelectorAll('time[data-local]:not([title])')) {
    const date = new Date(time.dateTime);
    if (Number.isNaN(date.getTime())) continue;
    time.title = time.textContent;
    time.textContent = instant(date);
  }
}

async function credential(url) {
  const began = generation();
  const ask = held() && url.startsWith('/jwt/') ? authorized : fetch;
  const response = await ask(url);
  const answer = response?.ok ? await response.json() : null;
  return began === generation() ? answer?.credential : null; // signed out meanwhile: nothing to be shown
}

// A Cookie line may carry both doors' credentials: only the masked form of this one is replaced.
const masks = (masked, whole) => whole.startsWith(masked.slice(0, 4)) && whole.endsWith(masked.slice(-4));

async function reveal(button) {
  const parts = [...around(button).querySelectorAll('[data-credential]')];
  const shown = button.getAttribute('aria-pressed') === 'true';
  if (shown) {
    for (const part of parts) if (part.dataset.masked) part.textContent = part.dataset.masked;
  } else {
    const whole = await credential(button.dataset.reveal);
    if (!whole) return;
    for (const part of parts) {
      const masked = (part.dataset.masked ??= part.textContent.trim());
      if (masks(masked, whole)) part.textContent = whole;
    }
  }
  button.setAttribute('aria-pressed', String(!shown));
}

// The clipboard API is missing on plain HTTP in a LAN; the older way needs something selected.
async function write(text, source) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const fold = source.closest('details');
    if (fold) fold.open = true; // what is not shown cannot be selected
    getSelection().selectAllChildren(source);
    const put = (event) => {
      event.clipboardData.setData('text/plain', text);
      event.preventDefault();
    };
    document.addEventListener('copy', put);
    const copied = document.execCommand('copy');
    document.removeEventListener('copy', put);
    return copied;
  }
}

async function copyCurl(button) {
  const source = around(button).querySelector('[data-curl]');
  if (!source) return;
  const url = around(button).querySelector('[data-reveal]')?.dataset.reveal;
  const whole = url ? await credential(url).catch(() => null) : null;
  let text = source.textContent.trim();
  // Only what means nothing to a shell goes into a command that is going to be pasted.
  if (whole && /^[\w.~+/=|-]+$/.test(whole)) text = text.replaceAll('$CREDENTIAL', whole);
  if (!(await write(text, source)) || !button.dataset.copied) return;
  const label = (button.dataset.label ??= button.textContent);
  button.textContent = button.dataset.copied;
  setTimeout(() => { button.textContent = label; }, 2000);
}

function hidden(change) {
  try {
    if (change !== undefined) sessionStorage.setItem(hiding, change ? '1' : '');
    return sessionStorage.getItem(hiding) === '1';
  } catch {
    return change ?? document.documentElement.classList.contains('hide-credentials'); // storage is switched off
  }
}

function hide(on) {
  document.documentElement.classList.toggle('hide-credentials', on);
  for (const button of document.querySelectorAll('[data-hide-credentials]')) button.setAttribute('aria-pressed', String(on));
}

function onClick(event) {
  const button = event.target.closest?.('button');
  if (!button) return;
  const { dataset } = button;
  if ('copyCurl' in dataset) copyCurl(button).catch(() => {});
  if ('reveal' in dataset) reveal(button).catch(() => {});
  if ('hideCredentials' in dataset) hide(hidden(button.getAttribute('aria-pressed') !== 'true'));
}

/** ready prepares the panels of the page that stands now; also after new bands were put in. */
export function ready() {
  hide(hidden());
  localTimes();
  tick();
}

export function start() {
  document.addEventListener('click', onClick);
  setInterval(tick, 1000);
}
