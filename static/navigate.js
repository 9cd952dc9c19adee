// A browser sends a cookie by itself, a header never: with the header carrier this module fetches each page of
// the member area with the token and puts it in place, address and history kept.

import { Busy, authorized, busy, forget, generation, held, restore, signedOut, stopRefresh } from './token.js';
import { message } from './words.js';

let ready = () => {}; // starts the behaviours of a page that was put in place
let latest = 0; // only the last page asked for is shown
let shown = null; // path and query of the page put in place; null while the browser's own stands
let posting = false;

const login = '/jwt/login';
const ours = (url, path) => url.origin === location.origin && url.pathname === path;
const member = (url) => url.origin === location.origin && /^\/jwt\/member(\/|$)/.test(url.pathname);
const signIn = (next) => location.replace(`${login}?next=${encodeURIComponent(next.pathname + next.search)}`);

function put(page) {
  const root = document.documentElement;
  for (const { name } of [...root.attributes]) root.removeAttribute(name);
  for (const { name, value } of page.documentElement.attributes) root.setAttribute(name, value);
  document.title = page.title;
  document.body.replaceWith(page.body);
  ready();
}

// Readers and keyboards go on at the field at fault, or at the heading, as after a page load.
function settle(hash, y) {
  scrollTo(0, y);
  const target = hash && document.getElementById(hash.slice(1));
  const found = ['main [aria-invalid=true]', 'main h1', 'main'].map((what) => document.querySelector(what));
  const start = target || found.find(Boolean);
  if (!start) return;
  if (!start.matches('input, select, textarea, button, a[href]')) start.tabIndex = -1;
  start.focus({ preventScroll: !start.matches('[aria-invalid]') });
  if (target) target.scrollIntoView();
}

function remember(address, push) {
  if (push && address !== location.pathname + location.search + location.hash) {
    history.replaceState({ y: scrollY }, '');
    history.pushState(null, '', address);
  } else {
    history.replaceState(null, '', address);
  }
}

// The browser sends the form itself, without a token. The server keeps what was typed through the sign-in, or answers by
// the cookie that another tab has signed in with.
function sendPlainly(form) {
  forget();
  HTMLFormElement.prototype.submit.call(form);
}

/**
 * visit shows the page at url, or the answer to a form with its body. entry: push, replace, or keep the history as it is.
 * It throws where the page could not be had.
 */
async function visit(url, { form, body, entry = 'push', y = 0 } = {}) {
  const [mine, began] = [++latest, generation()];
  document.body.setAttribute('aria-busy', 'true');
  try {
    const response = await authorized(url.pathname + url.search, body ? { method: 'POST', body } : {});
    if (mine !== latest) return;
    if (!response) return form ? sendPlainly(form) : signIn(url);
    if (began !== generation()) return; // signed out meanwhile, in another tab
    if (body && busy(response)) throw new Busy(response);
    if (form && response.status === 400) return sendPlainly(form); // signed in through a cookie meanwhile
    const landed = new URL(response.url);
    // Signed in through a cookie meanwhile, in another tab: the browser can go there by itself.
    const twoCarriers = response.status === 400 && entry === 'push' && !body;
    if (!member(landed) || twoCarriers) {
      if (twoCarriers || ours(landed, login)) forget();
      return location.assign(landed);
    }
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    if (mine !== latest || began !== generation()) return;
    const address = landed.pathname + landed.search;
    // A form that came back at once, with its faults named, leaves the address as it is.
    const moved = !body || response.redirected || address !== url.pathname + url.search;
    if (entry !== 'keep' && moved) remember(address + url.hash, entry === 'push');
    shown = location.pathname + location.search;
    put(page);
    settle(url.hash, y);
  } finally {
    if (mine === latest) document.body.removeAttribute('aria-busy');
  }
}

// What was typed stays; the reason stands above it.
function complain(form, fault) {
  const text = form.querySelector('[data-complaint]') ?? document.createElement('p');
  text.dataset.complaint = '';
  text.className = 'said bad';
  text.setAttribute('role', 'alert');
  form.prepend(text);
  text.textContent = message(fault instanceof Busy ? 'busy' : 'network');
}

// The redirect is left to the browser: the page it leads to says once what signing out has ended.
async function signOut(url, body) {
  latest++; // no page that was asked for before is shown after this
  stopRefresh();
  const response = await authorized(url, { method: 'POST', body, redirect: 'manual' }, true);
  if (response && busy(response)) throw new Busy(response);
  // Where the access token could not be read, the refresh cookie says whose sign-in to end; it is sent there alone.
  const byRefresh = await fetch('/jwt/refresh/logout', { method: 'POST', redirect: 'manual' });
  if (busy(byRefresh)) throw new Busy(byRefresh);
  signedOut();
  location.replace(login);
}

async function prefer(url, body) {
  const response = await fetch(url, { method: 'POST', body, redirect: 'manual' });
  if (response.type !== 'opaqueredirect') throw new Busy(response);
  await visit(new URL(location.href), { entry: 'keep', y: scrollY });
}

function onClick(event) {
  const link = event.target.closest?.('a[href]');
  if (!link || !held() || event.defaultPrevented || event.button || link.target || link.hasAttribute('download')) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const url = new URL(link.href, location.href);
  const here = url.pathname === location.pathname && url.search === location.search;
  if (!member(url) || (here && url.hash)) return;
  event.preventDefault();
  visit(url).catch(() => location.assign(url));
}

function onSubmit(event) {
  const { target: form, submitter: by } = event;
  if (event.defaultPrevented || !held()) return;
  const asked = (name) => by?.getAttribute(`form${name}`) ?? form.getAttribute(name) ?? '';
  const url = new URL(asked('action'), location.href);
  const data = new URLSearchParams(new FormData(form));
  if (by?.name) data.append(by.name, by.value);
  let act = null;
  if (asked('method').toLowerCase() !== 'post') {
    if (!member(url)) return;
    url.search = data;
    act = () => visit(url);
  } else if (member(url)) act = () => visit(url, { form, body: data });
  else if (ours(url, '/jwt/logout')) act = () => signOut(url, data);
  else if (ours(url, '/preferences') && member(location)) act = () => prefer(url, data);
  if (!act) return;
  event.preventDefault();
  if (posting) return;
  posting = true;
  act().catch((fault) => complain(form, fault)).finally(() => { posting = false; });
}

function onPopState(event) {
  if (shown === null || shown === location.pathname + location.search) return; // a move within the page
  if (!held() || !member(location)) return location.reload();
  visit(new URL(location.href), { entry: 'keep', y: event.state?.y ?? 0 }).catch(() => location.reload());
}

// Back after signing out: nothing that a browser kept may be seen.
const secret = () => document.body.matches('[data-door]:not([data-page=login]), [data-page=compare]');

function onHide(event) {
  if (event.persisted && secret()) document.body.replaceChildren();
}

/** restorePage gets the token for the page that stands in for data-next, and puts that in place. Refused: the sign-in page. */
export async function restorePage() {
  const box = document.querySelector('[data-restore]');
  if (!box) return;
  let next = new URL(box.dataset.next || '/jwt/member', location.href);
  if (next.origin !== location.origin) next = new URL('/jwt/member', location.href);
  next.hash ||= location.hash;
  for (const wait of [1, 2, 4, 0]) {
    try {
      if (!(await restore())) return signIn(next);
      return member(next) ? await visit(next, { entry: 'replace' }) : location.replace(next);
    } catch (fault) {
      const failed = box.querySelector('[data-restore-failed]');
      if (failed) failed.hidden = false;
      if (wait) await new Promise((go) => { setTimeout(go, 1000 * Math.min(30, fault.after || wait)); });
    }
  }
}

export function start(behaviours) {
  ready = behaviours;
  document.addEventListener('click', onClick);
  document.addEventListener('submit', onSubmit);
  addEventListener('popstate', onPopState);
  addEventListener('pagehide', onHide);
  addEventListener('pageshow', (event) => { if (event.persisted && secret()) location.reload(); });
}
