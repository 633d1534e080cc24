/* What the system can say of a part is added to its text at a press; without this script it can be copied. */
(() => {
  "use strict";
  for (const button of document.querySelectorAll("[data-take]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const area = document.getElementById(`section-${button.dataset.take}`);
      const made = document.getElementById(`drafted-${button.dataset.take}`).innerText.trim();
      area.value = area.value.trim() ? `${area.value.trim()}\n${made}` : made;
      area.dispatchEvent(new Event("input", { bubbles: true }));
      button.closest("details").open = false;
      area.focus();
    });
  }
})();
