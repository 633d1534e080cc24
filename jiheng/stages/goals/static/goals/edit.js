/* Filling a goal: picking from the library into the grid, findings beside the rows they concern. */
(() => {
  "use strict";
  const box = document.querySelector('[data-grid][data-prefix="rows"]');
  const note = document.querySelector("[data-library-note]");
  const field = (row, key) => row.querySelector(`[name$="-${key}"]`);
  const typed = (row) => ["name", "target_text", "pk"].some((key) => (field(row, key)?.value || "").trim() !== "");
  const rows = () => [...box.querySelectorAll("tbody tr")].filter((row) => !row.hidden);

  // The search box and its filters are not part of the goal: they neither save nor check it.
  const ask = document.querySelector("[data-library-ask]");
  if (ask) {
    for (const kind of ["input", "change"]) ask.addEventListener(kind, (event) => event.stopPropagation());
    document.getElementById("library-form").addEventListener("submit", (event) => event.preventDefault());
    ask.addEventListener("htmx:afterRequest", () => {
      const found = document.querySelectorAll("#library-found .library-item").length;
      if (note) note.textContent = found ? `找到 ${found} 项指标：` : "";
    });
  }

  if (box) {
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-pick]");
      if (!button) return;
      let row = rows().find((one) => !typed(one));
      if (!row) {
        box.querySelector("[data-grid-add]").click();
        row = rows().at(-1);
      }
      for (const [key, value] of Object.entries(button.dataset)) {
        const target = key === "pick" ? null : field(row, key);
        if (target) target.value = value;
      }
      const at = rows().indexOf(row) + 1;
      if (note) note.textContent = `已加入第 ${at} 行：${button.dataset.name}。请核对指标值并填写分值。`;
      button.textContent = "已选用";
      row.dataset.picked = button.dataset.name;
      field(row, "name").dispatchEvent(new Event("input", { bubbles: true }));
      field(row, "weight").focus();
    });
    document.addEventListener("click", (event) => {
      const link = event.target.closest("[data-go]");
      const row = link && rows().filter(typed)[Number(link.dataset.go) - 1];
      if (!row) return;
      event.preventDefault();
      row.scrollIntoView({ block: "center" });
      field(row, "name").focus();
    });
    // A suggested text is put into the cell that it is for; the checks then run again.
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-take]");
      if (!button) return;
      const row = rows().filter(typed)[Number(button.dataset.takeRow) - 1];
      const target = row && field(row, button.dataset.takeColumn === "level3" ? "name" : button.dataset.takeColumn);
      if (!target) return;
      target.value = button.dataset.take;
      for (const kind of ["input", "change"]) target.dispatchEvent(new Event(kind, { bubbles: true }));
      target.focus();
    });
    // A renamed row is no longer the library's indicator.
    box.addEventListener("change", (event) => {
      if (!event.target.name || !event.target.name.endsWith("-name")) return;
      const row = event.target.closest("tr");
      const link = field(row, "library");
      if (!link || !link.value || row.dataset.picked === event.target.value) return;
      if (event.target.defaultValue !== event.target.value) link.value = "";
    });
  }

  const place = () => {
    if (!box) return;
    for (const old of box.querySelectorAll(".row-finding")) old.remove();
    const filled = rows().filter(typed);
    for (const finding of document.querySelectorAll("[data-findings] [data-row]:not(.finding-note)")) {
      const row = filled[Number(finding.dataset.row) - 1];
      if (!row) continue;
      const cell = row.querySelector('[data-key="name"]');
      const name = `“${field(row, "name").value.trim()}”`;
      const text = finding.querySelector(".finding-text").cloneNode(true);
      for (const extra of text.querySelectorAll("strong, .clause")) extra.remove();
      const line = document.createElement("p");
      line.className = finding.classList.contains("finding-stop") ? "row-finding" : "row-finding is-hint";
      line.textContent = text.textContent.replace(/\s+/g, " ").replace(/^[：\s]+/, "").replace(name, "").replace(/^的/, "").trim();
      cell.append(line);
    }
  };
  place();
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.closest("[data-live-findings]")) place();
  });
})();
