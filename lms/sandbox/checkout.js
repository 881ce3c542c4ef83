// A stand-in for https://checkout.razorpay.com/v1/checkout.js: the same `new Razorpay(options).open()`, but the customer
// is asked what shall become of the payment. Styles go through the CSSOM, so that no content security policy minds.
(() => {
  "use strict";

  // Written in by the server: a page that was redirected here takes the script for one of another address.
  const base = new URL("/sandbox/razorpay/", "@SERVER@");

  const STYLES = `
    dialog {
      box-sizing: border-box; width: min(24rem, calc(100vw - 2rem)); padding: 0; border: 0; border-radius: 0.75rem;
      color: #1c2330; background: #fff; font: 1rem/1.5 system-ui, sans-serif;
      box-shadow: 0 1rem 3rem rgb(0 0 0 / 35%);
    }
    dialog::backdrop { background: rgb(10 16 32 / 60%); }
    header { padding: 1.25rem 1.5rem; color: #fff; background: #17407f; }
    h2 { margin: 0; font-size: 1.125rem; }
    p { margin: 0; }
    header p { opacity: 0.85; overflow-wrap: anywhere; }
    main { display: grid; gap: 0.75rem; padding: 1.5rem; }
    .amount { font-size: 1.75rem; font-weight: 700; }
    .quiet { color: #5a6475; font-size: 0.875rem; overflow-wrap: anywhere; }
    .message { color: #b3261e; }
    .message:empty { display: none; }
    button {
      min-height: 2.75rem; padding: 0 1rem; border: 1px solid #c3c9d4; border-radius: 0.5rem;
      color: inherit; background: #fff; font: inherit; cursor: pointer;
    }
    button:hover { background: #eef1f6; }
    button.primary { border-color: #17407f; color: #fff; background: #17407f; font-weight: 600; }
    button.primary:hover { background: #0f3268; }
    button:focus-visible { outline: 3px solid #6ea0ff; outline-offset: 2px; }
    button:disabled { opacity: 0.5; cursor: default; }
  `;

  function element(name, properties = {}, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  function money(amount, currency) {
    return new Intl.NumberFormat("en-IN", { style: "currency", currency }).format(amount / 100);
  }

  function text(value) {
    return value == null ? undefined : String(value);
  }

  async function asked(path, body) {
    const sent = body && {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    };
    const options = { credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(15_000), ...sent };
    const response = await fetch(new URL(path, base), options);
    return response.json();
  }

  class Razorpay {
    #options;
    #listeners = {};
    #host = null;
    #dialog = null;
    #parts = {};
    #paying = false;

    constructor(options) {
      if (!options?.key) throw new Error("No key passed");
      this.#options = options;
    }

    on(event, listener) {
      (this.#listeners[event] ??= []).push(listener);
      return this;
    }

    open() {
      if (this.#host) return this;
      this.#draw();
      document.body.append(this.#host);
      this.#dialog.showModal();
      this.#show();
      return this;
    }

    close() {
      const host = this.#host;
      this.#host = null;
      this.#dialog?.close();
      host?.remove();
    }

    #draw() {
      const { name, description, prefill } = this.#options;
      const parts = (this.#parts = {
        amount: element("p", { className: "amount", textContent: "…" }),
        message: element("p", { className: "message", role: "alert" }),
        pay: this.#button("Pay", "primary", () => this.#attempt("captured")),
        fail: this.#button("Let the payment fail", "", () => this.#attempt("failed")),
      });
      const payer = [prefill?.name, prefill?.email, prefill?.contact].filter(Boolean).join(" · ");
      const heading = element("h2", { id: "heading", textContent: name || "Payment" });
      const header = element("header", {}, heading, element("p", { textContent: description ?? "" }));
      const main = element(
        "main",
        {},
        parts.amount,
        element("p", { className: "quiet", textContent: payer }),
        element("p", { className: "quiet", textContent: "Sandbox checkout: no money moves." }),
        parts.message,
        parts.pay,
        parts.fail,
        this.#button("Close", "", () => this.#dismiss()),
      );
      this.#dialog = element("dialog", {}, header, main);
      this.#dialog.setAttribute("aria-labelledby", "heading");
      this.#dialog.addEventListener("cancel", (event) => {
        event.preventDefault();
        if (this.#options.modal?.escape !== false) this.#dismiss();
      });
      const dialog = this.#dialog;
      dialog.addEventListener("close", () => {
        // This comes later, when another dialog may be open already; browsers close one at the second Escape.
        if (this.#host && this.#dialog === dialog) this.#dismissed();
      });
      this.#host = element("div", { className: "razorpay-container" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLES);
      const root = this.#host.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [sheet];
      root.append(this.#dialog);
    }

    #button(text, className, pressed) {
      const button = element("button", { type: "button", textContent: text, className });
      button.addEventListener("click", pressed);
      return button;
    }

    #busy(busy) {
      for (const button of [this.#parts.pay, this.#parts.fail]) button.disabled = busy;
    }

    async #show() {
      const parts = this.#parts;
      this.#busy(true);
      try {
        const query = new URLSearchParams({ key: this.#options.key, order_id: this.#options.order_id ?? "" });
        const order = await asked(`preferences?${query}`);
        if (order.error) throw new Error(order.error.description);
        const amount = money(order.amount, order.currency);
        parts.amount.textContent = amount;
        parts.pay.textContent = `Pay ${amount}`;
        parts.pay.disabled = parts.fail.disabled = false;
        parts.pay.focus();
      } catch (error) {
        parts.message.textContent = `This order cannot be paid: ${error.message}`;
      }
    }

    async #attempt(outcome) {
      const { key, order_id, amount, prefill, description } = this.#options;
      const known = amount == null ? {} : { amount: Number(amount) };
      const payer = { email: text(prefill?.email), contact: text(prefill?.contact), description: text(description) };
      this.#busy((this.#paying = true));
      this.#parts.message.textContent = "";
      let answer;
      try {
        answer = await asked("pay", { key, order_id, outcome, ...known, ...payer });
      } catch {
        this.#parts.message.textContent = "The gateway does not answer. Try again.";
      }
      this.#busy((this.#paying = false));
      if (answer?.error) this.#failed(answer);
      else if (answer) this.#paid(answer);
    }

    #paid(answer) {
      this.close();
      const { handler, callback_url: address, redirect } = this.#options;
      if (address && (redirect || !handler)) post(address, answer);
      else handler?.(answer);
    }

    #failed(answer) {
      this.#parts.message.textContent = answer.error.description;
      this.#parts.pay.focus();
      for (const listener of this.#listeners["payment.failed"] ?? []) listener(answer);
    }

    #dismiss() {
      if (!this.#paying) this.#dismissed();
    }

    #dismissed() {
      this.close();
      this.#options.modal?.ondismiss?.();
    }
  }

  function post(address, fields) {
    const inputs = Object.entries(fields).map(([name, value]) => element("input", { type: "hidden", name, value }));
    const form = element("form", { method: "post", action: address }, ...inputs);
    document.body.append(form);
    form.submit();
  }

  window.Razorpay = Razorpay;
})();
