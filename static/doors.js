// The same request through any door, with this browser's own credentials.

import { Busy, authorized, busy, forget, generation, held, restore } from './token.js';

async function read(response) {
  if (busy(response)) throw new Busy(response);
  return new DOMParser().parseFromString(await response.text(), 'text/html');
}

// An answer that arrives after a sign-out is nobody's any more.
async function panelOf(response) {
  const began = generation();
  const page = await read(response);
  return began === generation() ? page.querySelector('[data-panel]') : null;
}

/** through answers the panel of that request, null where nobody is signed in. It throws where nobody knows. */
export const through = (door, path, signal) => (door === 'jwt' ? throughJWT(path, signal) : throughCookie(door, path, signal));

// Every other door's credential travels in a cookie, and the browser adds that by itself.
async function throughCookie(door, path, signal) {
  const response = await fetch(`/${door}${path}`, { signal });
  return (await read(response)).querySelector('[data-panel]');
}

/*
 * Which carrier the sign-in has shows in what the server answers
 * to a request without a header: the page itself, the form that renews a cookie, or the page that restores a token.
 */
async function throughJWT(path, signal) {
  const url = `/jwt${path}`;
  if (held()) {
    const response = await authorized(url, { signal });
    if (response?.status !== 400) return response && panelOf(response);
    forget(); // a cookie came along: signed in anew, by the other carrier
  }
  const answer = await read(await fetch(url, { signal }));
  if (answer.querySelector('[data-restore]')) {
    if (!(await restore())) return null;
    const response = await authorized(url, { signal });
    return response && panelOf(response);
  }
  const form = answer.querySelector('form[data-refresh]');
  if (!form) return answer.querySelector('[data-panel]');
  const body = new URLSearchParams(new FormData(form));
  const renewed = await fetch(form.getAttribute('action'), { method: 'POST', body, signal });
  return (await read(renewed)).querySelector('[data-panel]');
}
