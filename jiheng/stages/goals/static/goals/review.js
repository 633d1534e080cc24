/* The review table by keyboard: 1–4 choose a tier, arrows move between rows, the total runs along. */
(() => {
  "use strict";
  const card = document.querySelector("[data-card]");
  if (!card) return;
  const items = [...card.querySelectorAll("[data-item]")];
  const total = card.querySelector("[data-card-total]");
  const left = card.querySelector("[data-card-left]");

  if (window.matchMedia("(max-width: 767px)").matches) {  // on a telephone what to look at is opened when it is wanted
    for (const fold of card.querySelectorAll(".review-fold")) fold.open = false;
  }

  const add = () => {
    let cents = 0;
    let open = 0;
    for (const item of items) {
      const chosen = item.querySelector("input[type=radio]:checked");
      const points = item.querySelector(".review-points");
      points.placeholder = chosen ? chosen.dataset.tick : "得分";
      const value = points.value.trim() || (chosen ? chosen.dataset.tick : "");
      if (value === "" || Number.isNaN(Number(value))) open += 1;
      else cents += Math.round(Number(value) * 100);
    }
    total.textContent = (cents / 100).toFixed(2);
    left.textContent = open ? `还有 ${open} 项未评定` : "";
  };
  const go = (item) => {
    if (!item) return;
    const target = item.querySelector("input[type=radio]:checked") || item.querySelector("input[type=radio]") || item.querySelector(".review-points");
    target.focus();
  };
  card.addEventListener("keydown", (event) => {
    const item = event.target.closest("[data-item]");
    if (!item || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    const radios = [...item.querySelectorAll("input[type=radio]")];
    const onRadio = event.target.type === "radio";
    if (onRadio && /^[1-9]$/.test(event.key) && radios[Number(event.key) - 1]) {
      radios[Number(event.key) - 1].checked = true;
      radios[Number(event.key) - 1].dispatchEvent(new Event("change", { bubbles: true }));
      go(items[items.indexOf(item) + 1] || item);
      event.preventDefault();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      go(items[items.indexOf(item) + (event.key === "ArrowDown" ? 1 : -1)]);
      event.preventDefault();
    }
  });
  card.addEventListener("input", add);
  card.addEventListener("change", add);
  add();
})();
