// What forms gain where there is script.

/** ready prepares the forms of the page that stands now. */
export function ready() {
  for (const hidden of document.querySelectorAll('[data-carrier-hidden]')) hidden.value = 'header';

  // The header carrier needs script, so the page offers it first only here; a choice that was sent already stays.
  const choice = document.querySelector('[data-carrier-choice]');
  const header = choice?.querySelector('input[value=header]');
  if (header && !choice.hasAttribute('data-kept')) header.checked = true;

  // Called as a method of the prototype: a field named "submit" would hide the form's own.
  const refresh = document.querySelector('form[data-refresh]');
  if (refresh) HTMLFormElement.prototype.submit.call(refresh);
}
