// Toss's windows, to pay and to register a card, take the whole page and come back to an address of
// ours.
// https://docs.tosspayments.com/sdk/v2/js
const button = document.querySelector("[data-toss-window]");
if (button && window.TossPayments) {
  const asked = button.dataset;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await window.TossPayments(asked.key).payment({ customerKey: asked.customer }).requestPayment({
        method: "CARD",
        windowTarget: "self",
        amount: { currency: "KRW", value: Number(asked.amount) },
        taxFreeAmount: Number(asked.taxFree),
        orderId: asked.orderId,
        orderName: asked.orderName,
        successUrl: new URL(asked.paid, location).href,
        failUrl: new URL(asked.unpaid, location).href,
      });
    } catch {
      button.disabled = false;  // closed by the shopper
    }
  });
}

const keep = document.querySelector("[data-toss-keep]");
if (keep && window.TossPayments) {
  const asked = keep.dataset;
  const here = new URL(location.pathname, location);
  keep.addEventListener("click", async () => {
    keep.disabled = true;
    try {
      await window.TossPayments(asked.key).payment({ customerKey: asked.customer }).requestBillingAuth({
        method: "CARD",
        windowTarget: "self",
        successUrl: here.href,
        failUrl: new URL("?failed=1", here).href,
      });
    } catch {
      keep.disabled = false;  // closed by the shopper
    }
  });
}
