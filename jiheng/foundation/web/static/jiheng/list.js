/* Lists: keys for turning pages, and what a bulk act will do to how many. */
(() => {
  "use strict";
  const typing = (target) => target.closest("input, select, textarea, [contenteditable], dialog");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
    const rel = { n: "next", PageDown: "next", p: "prev", PageUp: "prev" }[event.key];
    const scroll = event.target.closest(".table-scroll");
    if (!rel || (event.key.startsWith("Page") && scroll && scroll.scrollHeight > scroll.clientHeight + 1)) return;
    const link = document.querySelector(`.pager [rel=${rel}]`);
    if (link && event.key.length === 1) {
      event.preventDefault();
      link.click();
    } else if (link && event.shiftKey) {
      event.preventDefault();
      link.click();
    }
  });

  // A choice under 更多筛选 brings a new list: what was open stays open, and the focus where it was.
  let open = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const more = event.target.querySelector?.(".list-more[open]");
    open = more && { id: more.id, focus: more.contains(document.activeElement) ? document.activeElement.id : "" };
  });
  document.addEventListener("htmx:afterSettle", () => {
    const more = open && document.getElementById(open.id);
    if (more) more.open = true;
    if (more && open.focus) document.getElementById(open.focus)?.focus();
    open = null;
  });

  const count = (form) => {
    const boxes = [...form.querySelectorAll("input[name=pk]")];
    const picked = boxes.filter((box) => box.checked).length;
    const all = form.querySelector("[data-pick-all]");
    all.checked = picked > 0 && picked === boxes.length;
    all.indeterminate = picked > 0 && picked < boxes.length;
    const shown = form.querySelector("[data-picked]");
    const { unit } = shown.dataset;
    shown.textContent = `已选 ${picked} ${unit}`;
    for (const button of form.querySelectorAll("[data-bulk-label]")) {
      button.disabled = picked === 0;
      button.textContent = picked ? `${button.dataset.bulkLabel}（${picked} ${unit}）` : button.dataset.bulkLabel;
      if (button.dataset.confirmTemplate) {
        button.dataset.confirm = button.dataset.confirmTemplate.replaceAll("{count}", picked);
      }
    }
  };
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-bulk]");
    if (!form) return;
    if (event.target.matches("[data-pick-all]")) {
      for (const box of form.querySelectorAll("input[name=pk]")) box.checked = event.target.checked;
    }
    count(form);
  });
  const start = (root) => root.querySelectorAll("form[data-bulk]").forEach(count);
  start(document);
  document.addEventListener("htmx:load", (event) => start(event.target));
})();
