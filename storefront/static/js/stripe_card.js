// Stripe's own fields inside our form: a card's number never comes to us, only a token for it.
// https://docs.stripe.com/payments/finalize-payments-on-the-server
const card = document.querySelector("[data-stripe-card]");
const bank = document.querySelector("[data-stripe-bank]");
const stripeOf = (part) => window.Stripe(part.dataset.key, { locale: document.documentElement.lang });

// The shopper's bank asks in a window of its own. Whatever it said, we ask Stripe ourselves.
async function askBank(stripe, clientSecret) {
  try { await stripe.handleNextAction({ clientSecret }); } catch { /* it has answered before */ }
}

if (bank && window.Stripe) {
  bank.addEventListener("submit", async (event) => {
    if (bank.dataset.asked) return;
    event.preventDefault();
    bank.dataset.asked = "yes";
    await askBank(stripeOf(bank), bank.dataset.clientSecret);
    bank.submit();
  });
  bank.requestSubmit();
}

if (card && window.Stripe) {
  const form = card.closest("form"), token = card.querySelector("[name=card_token]");
  const trouble = card.querySelector("[data-trouble]"), busy = card.querySelector("[data-busy]");
  const stripe = stripeOf(card);
  const wanted = card.dataset.mode === "setup" ? { mode: "setup", setupFutureUsage: "off_session" }
    : { mode: "payment", amount: Number(card.dataset.amount) };  // whole won
  const elements = stripe.elements({ ...wanted, currency: "krw", allowedPaymentMethodTypes: ["card"] });
  elements.create("payment").mount(card.querySelector("[data-fields]"));
  const say = (message) => {
    trouble.querySelector("span").textContent = message;
    trouble.hidden = !message;
    busy.hidden = true;
    delete form.dataset.busy;
  };
  const byCard = () => (form.querySelector("[name=method]:checked")?.value ?? "card") === "card";
  const ordering = (button) => button?.name !== "do" || button.value === "place";

  form.addEventListener("submit", async (event) => {
    if (token.value || !byCard() || !ordering(event.submitter)) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "yes";
    trouble.hidden = true;
    busy.hidden = false;
    const checked = await elements.submit();
    const made = checked.error ? checked : await stripe.createConfirmationToken({ elements });
    if (made.error) { say(made.error.message); return; }
    token.value = made.confirmationToken.id;
    form.requestSubmit(event.submitter);
  });

  // The card is to be kept, and its bank wants to hear from the shopper first.
  if (card.dataset.clientSecret) {
    busy.hidden = false;
    await askBank(stripe, card.dataset.clientSecret);
    form.requestSubmit(form.querySelector("[name=do][value=place]"));
  }
}
