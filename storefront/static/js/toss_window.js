// Toss's payment window takes the whole page and comes back to one of two addresses of ours.
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
