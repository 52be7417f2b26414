// @ts-check
// What a page of the storefront does better with script: nothing here is needed to order.

/** A form that must not go twice: its button says so while it is under way. */
for (const form of document.querySelectorAll('form[data-once]')) {
  form.addEventListener('submit', () => {
    for (const button of form.querySelectorAll('button')) setTimeout(() => (button.disabled = true));
  });
}

/** Whoever comes back to a page finds its buttons as they were. */
addEventListener('pageshow', () => {
  for (const button of document.querySelectorAll('form[data-once] button')) button.removeAttribute('disabled');
});

/** A choice that only asks for another page sends itself. */
for (const select of document.querySelectorAll('select[data-send]')) {
  select.addEventListener('change', () => /** @type {HTMLSelectElement} */ (select).form?.submit());
}

/** The page as the server has it now takes the place of what is shown; what is read out loud is only what changed. */
async function renew() {
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const [now, fresh] = [document.querySelector('main'), page.querySelector('main')];
  if (!now || !fresh || now.innerHTML === fresh.innerHTML) return;
  const state = now.querySelector('.state');
  const freshState = fresh.querySelector('.state');
  if (state && freshState) {
    state.innerHTML = freshState.innerHTML;
    freshState.replaceWith(state);
  }
  now.replaceChildren(...fresh.childNodes);
  if (fresh.dataset.live === undefined) live?.close();
}

/** @type {EventSource | undefined} */
let live;
const main = document.querySelector('main');
if (main?.dataset.live) {
  live = new EventSource(main.dataset.live);
  for (const event of ['order_updated', 'order_completed', 'order_cancelled', 'payment_recorded', 'delivery_location']) {
    live.addEventListener(event, renew);
  }
  // What happened between the page and the stream, or while the phone slept.
  live.addEventListener('open', renew);
}
