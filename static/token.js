// The access token of the header carrier. It lives in this module's memory and nowhere else: any injected
// script could read it from storage, and there it would outlive the page.

let token = '';
let expires = 0; // on performance.now(): the clock on the wall may be set meanwhile
let era = 0; // goes up with each sign-out: what was asked for before it is dropped when it arrives
let pending = null;
let stop = null; // ends the refresh under way

// A tab that was left open must not stay signed in when another one signs out.
const tabs = 'BroadcastChannel' in self ? new BroadcastChannel('twodoors') : null;
if (tabs) {
  tabs.onmessage = () => {
    const shown = held() && document.body.dataset.door;
    forget();
    if (shown) location.reload();
  };
}

export const held = () => token !== '';

/** generation changes when the token is given up: an answer to what was asked before then is not to be shown. */
export const generation = () => era;

/** stopRefresh ends the refresh under way, so that its answer sets no cookies after a sign-out has cleared them. */
export const stopRefresh = () => stop?.abort();

export function forget() {
  token = '';
  era++;
  stopRefresh();
}

export function signedOut() {
  forget();
  tabs?.postMessage('signed out');
}

/** busy: the server could not answer now. That is not a refusal, and signs nobody out. */
export const busy = (response) => response.status === 429 || response.status >= 500;

export class Busy extends Error {
  constructor(response) {
    super(`status ${response.status}`);
    this.after = Number(response.headers.get('Retry-After')) || 0; // seconds
  }
}

async function refresh() {
  const [asked, began] = [performance.now(), era];
  const { signal } = (stop = new AbortController());
  let response, answer;
  try {
    response = await fetch('/jwt/refresh', { method: 'POST', headers: { Accept: 'application/json' }, signal });
    answer = response.ok ? await response.json().catch(() => null) : null;
  } catch (fault) {
    if (began === era) throw fault;
  }
  if (began !== era) return false;
  if (busy(response)) throw new Busy(response);
  if (!answer?.access_token) {
    forget();
    return false;
  }
  token = answer.access_token;
  expires = asked + answer.expires_in * 1000;
  return true;
}

/**
 * restore gets a new access token for the refresh cookie: true, or false where it was refused. It throws where
 * nobody knows (offline, Busy). Tabs take turns where the browser has locks (not on plain HTTP in a LAN: there
 * the server's grace answers both).
 */
export function restore() {
  const turn = navigator.locks ? () => navigator.locks.request('twodoors-refresh', refresh) : refresh;
  return (pending ??= turn().finally(() => { pending = null; }));
}

const path = (response) => new URL(response.url || '/', location.href).pathname;
const stale = (response) => response.status === 401 || path(response) === '/jwt/refresh';

// Nothing but Authorization is added, so that the request compares with one that a cookie carries.
const send = (url, init) => fetch(url, { ...init, headers: { Authorization: `Bearer ${token}` } });

/**
 * authorized is fetch with the access token: refreshed when it is about to end, and once more when it was
 * refused (a laptop that slept, a new key). It answers null where the sign-in is over. asIs sends the token
 * however old it is: signing out takes an expired one too.
 */
export async function authorized(url, init = {}, asIs = false) {
  if (!asIs && performance.now() > expires - 5000 && !(await restore())) return null;
  const response = await send(url, init);
  if (!stale(response)) return response;
  if (!(await restore())) return null;
  // What was posted and answered by a redirect is done: only its target is asked for again.
  const done = response.redirected && path(response) !== '/jwt/refresh';
  const again = done ? await send(response.url, { signal: init.signal }) : await send(url, init);
  if (!stale(again)) return again;
  forget();
  return null;
}
