/* Small conveniences on every page. Everything here also works without it. */
(() => {
  "use strict";

  // Menus close on Escape and on a click elsewhere.
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.removeAttribute("open");
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open]");
    if (menu) {
      menu.removeAttribute("open");
      menu.querySelector("summary").focus();
    }
    if (location.hash === "#side") location.hash = "";
  });

  // On a phone the chosen tab may lie beyond the edge.
  document.querySelector(".tabs [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });

  // Dangerous acts ask first: <button data-confirm="text" data-confirm-title="…" data-confirm-verb="确认核减">.
  const dialog = document.getElementById("confirm");
  if (dialog) {
    document.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-confirm]");
      if (!button || button.dataset.confirmed) return;
      if (button.form && !button.form.reportValidity()) {
        event.preventDefault();
        return;
      }
      event.preventDefault();
      event.stopPropagation();
      document.getElementById("confirm-title").textContent = button.dataset.confirmTitle || button.textContent.trim();
      document.getElementById("confirm-text").textContent = button.dataset.confirm;
      document.getElementById("confirm-yes").textContent = button.dataset.confirmVerb || button.textContent.trim();
      dialog.returnValue = "no";
      dialog.showModal();
      dialog.addEventListener("close", () => {
        button.focus();
        if (dialog.returnValue !== "yes") return;
        button.dataset.confirmed = "1";
        button.click();
        delete button.dataset.confirmed;
      }, { once: true });
    }, true);
  }

  // A form is sent once: a second press while the first is under way does nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog" || form.method === "get") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    if (!form.hasAttribute("hx-post")) {
      form.dataset.sent = "1";
      setTimeout(() => delete form.dataset.sent, 8000);
    }
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  // What was refused is read out and shown.
  const focusErrors = (root) => {
    const box = root.querySelector("[data-focus]");
    if (box) box.focus();
  };
  focusErrors(document);
  document.addEventListener("htmx:afterSwap", (event) => {
    focusErrors(event.target);
    const refusals = event.target.querySelector(".refusals");
    if (refusals) refusals.scrollIntoView({ block: "nearest" });
  });

  // Nothing fails silently: a request that did not arrive, or that the server could not do, is said.
  const say = (text) => {
    let box = document.getElementById("trouble");
    if (!box) {
      box = document.createElement("p");
      box.id = "trouble";
      box.className = "message message-error trouble";
      box.setAttribute("role", "alert");
      document.body.append(box);
    }
    box.textContent = text;
  };
  document.addEventListener("htmx:sendError", () => say("没有连上服务器，本次操作没有生效。请检查网络后重试。"));
  document.addEventListener("htmx:responseError", (event) => {
    const { xhr } = event.detail;
    const words = (xhr.getResponseHeader("Content-Type") || "").startsWith("text/plain") ? xhr.responseText : "";
    say(words || "这一步没有办成，数据没有改动。请刷新页面后再试。");
  });
})();
