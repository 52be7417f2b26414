// @ts-check
// Stripe's Payment Element: the card goes from here to Stripe, and comes by nobody else.

const form = /** @type {HTMLFormElement} */ (document.querySelector('#stripe'));
const wrong = /** @type {HTMLElement} */ (document.querySelector('#card-wrong'));
const button = /** @type {HTMLButtonElement} */ (form.querySelector('button'));
const { key, secret, back, language } = form.dataset;

/** @param {string | undefined} words */
const tell = (words) => (wrong.textContent = words ?? '');

// @ts-expect-error Stripe's own script defines it
const stripe = window.Stripe(key, { locale: language });
const dark = matchMedia('(prefers-color-scheme: dark)').matches;
const elements = stripe.elements({ clientSecret: secret, appearance: { theme: dark ? 'night' : 'stripe' } });
elements.create('payment').mount('#card');

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  button.disabled = true;
  tell('');
  const { error } = await stripe.confirmPayment({ elements, confirmParams: { return_url: back } });
  // Only where it did not go through: else Stripe leads back to the order.
  tell(error?.message);
  button.disabled = false;
});
