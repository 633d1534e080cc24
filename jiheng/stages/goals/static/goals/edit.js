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
    // What a picked indicator brings goes into the row in one step; a value that was typed already stays.
    const fill = (row, told) => {
      const values = [];
      for (const [key, value] of Object.entries(told)) {
        const target = key === "pick" ? null : field(row, key);
        if (!target || (key === "target_text" && target.value.trim())) continue;
        values.push([target, target.value, value]);
        target.value = value;
      }
      row.dataset.picked = told.name;
      box.sheet.keep({ values });
      field(row, "name").dispatchEvent(new Event("input", { bubbles: true }));
    };
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-pick]");
      if (!button) return;
      let row = rows().find((one) => !typed(one));
      if (!row) {
        box.querySelector("[data-grid-add]").click();
        row = rows().at(-1);
      }
      fill(row, button.dataset);
      const at = rows().indexOf(row) + 1;
      if (note) note.textContent = `已加入第 ${at} 行：${button.dataset.name}。请核对指标值并填写分值。`;
      button.textContent = "已选用";
      button.disabled = "key" in button.dataset; // a row of last year goes on in one row
      field(row, "weight").focus();
    });

    // Typing a name looks into the library: the list below the cell is walked by arrows and taken by Enter.
    const list = document.createElement("ul");
    list.className = "picker";
    list.id = "picker";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "指标库中的指标");
    document.body.append(list);
    let asked = 0;
    let owner = null;
    let active = -1;
    const close = () => {
      clearTimeout(asked);
      list.hidden = true;
      active = -1;
      if (owner) {
        owner.setAttribute("aria-expanded", "false");
        owner.removeAttribute("aria-activedescendant");
      }
    };
    const mark = (at) => {
      active = at;
      [...list.children].forEach((one, index) => one.setAttribute("aria-selected", String(index === at)));
      if (at >= 0) {
        owner.setAttribute("aria-activedescendant", list.children[at].id);
        list.children[at].scrollIntoView({ block: "nearest" });
      } else owner.removeAttribute("aria-activedescendant");
    };
    const choose = (option) => {
      const row = owner.closest("tr");
      close();
      fill(row, JSON.parse(option.dataset.told));
      box.sheet.say(`已从指标库选用“${field(row, "name").value}”，请核对指标值`);
      box.sheet.go(field(row, "target_text"));
    };
    const look = async (input) => {
      const words = input.value.trim();
      if (!words || input.readOnly) { close(); return; }
      let text = "";
      try {
        const answer = await fetch(`${box.closest("[data-library]").dataset.library}?words=${encodeURIComponent(words)}`, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
        if (!answer.ok) return;
        text = await answer.text();
      } catch { return; }
      if (document.activeElement !== input || input.value.trim() !== words) return;
      const found = [...new DOMParser().parseFromString(text, "text/html").querySelectorAll("[data-pick]")].slice(0, 8);
      list.replaceChildren(...found.map((one, at) => {
        const option = document.createElement("li");
        option.id = `picker-${at}`;
        option.setAttribute("role", "option");
        option.dataset.told = JSON.stringify(one.dataset);
        const name = document.createElement("strong");
        name.textContent = one.dataset.name;
        const about = document.createElement("span");
        about.textContent = [one.dataset.level2, `${one.dataset.target_text}${one.dataset.unit}`].filter(Boolean).join(" · ");
        option.append(name, about);
        option.addEventListener("mousedown", (event) => { event.preventDefault(); choose(option); });
        return option;
      }));
      owner = input;
      if (!found.length) { close(); return; }
      const at = input.getBoundingClientRect();
      list.style.left = `${Math.max(8, Math.min(at.left, innerWidth - 368)) + scrollX}px`;
      list.style.top = `${at.bottom + scrollY}px`;
      list.hidden = false;
      input.setAttribute("role", "combobox");
      input.setAttribute("aria-controls", "picker");
      input.setAttribute("aria-autocomplete", "list");
      input.setAttribute("aria-expanded", "true");
      mark(-1);
    };
    box.addEventListener("input", (event) => {
      if (!event.target.name?.endsWith("-name") || !event.isTrusted || event.isComposing) return;
      clearTimeout(asked);
      asked = setTimeout(look, 250, event.target);
    });
    box.addEventListener("compositionend", (event) => {
      if (event.target.name?.endsWith("-name")) asked = setTimeout(look, 250, event.target);
    });
    box.addEventListener("focusout", close);
    document.addEventListener("keydown", (event) => {
      if (list.hidden || event.target !== owner || event.isComposing) return;
      const count = list.children.length;
      if (event.key === "ArrowDown") mark((active + 1) % count);
      else if (event.key === "ArrowUp" && active >= 0) mark(active - 1);
      else if (event.key === "Enter" && active >= 0) choose(list.children[active]);
      else if (event.key === "Escape") close();
      else { if (event.key === "Enter" || event.key === "Tab") close(); return; }
      event.preventDefault();
    }, true);

    // The second level says the first.
    box.addEventListener("change", (event) => {
      if (!event.target.name?.endsWith("-level2")) return;
      const group = event.target.selectedOptions[0]?.parentElement;
      const above = field(event.target.closest("tr"), "level1");
      if (group?.tagName === "OPTGROUP" && above && above.value !== group.label) above.value = group.label;
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

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      document.querySelector("button[name=do][value=save]")?.click();
    }
  });

  const place = () => {
    if (!box) return;
    for (const old of box.querySelectorAll(".row-finding, .row-past, .row-reach, .row-missed")) old.remove();
    const filled = rows().filter(typed);
    const weights = document.querySelector("[data-weights]");
    const here = document.querySelector("[data-weights-here]");
    if (weights && here) here.replaceChildren(...[...weights.children].map((one) => one.cloneNode(true)));
    // Last year's promise and what came of it stand in the row itself.
    for (const one of document.querySelectorAll("[data-past]")) {
      const row = filled[Number(one.dataset.past) - 1];
      if (!row) continue;
      const line = document.createElement("p");
      line.className = "row-past";
      line.textContent = one.textContent;
      row.querySelector('[data-key="name"]').append(line);
    }
    // What past years say of the value, with the way to the cases, and what a miss of the row costs.
    for (const [key, name, column] of [["reached", "row-reach", "name"], ["missed", "row-missed", "weight"]]) {
      for (const one of document.querySelectorAll(`[data-${key}]`)) {
        const row = filled[Number(one.dataset[key]) - 1];
        if (!row) continue;
        const line = document.createElement("p");
        line.className = name;
        line.append(...[...one.childNodes].map((part) => part.cloneNode(true)));
        row.querySelector(`[data-key="${column}"]`).append(line);
      }
    }
    // A row tells the gravest three of its findings; the list below tells all.
    const told = new Map();
    for (const finding of document.querySelectorAll("[data-findings] [data-row]:not(.finding-note)")) {
      const row = filled[Number(finding.dataset.row) - 1];
      if (!row) continue;
      told.set(row, (told.get(row) || 0) + 1);
      if (told.get(row) > 3) continue;
      const cell = row.querySelector('[data-key="name"]');
      const name = `“${field(row, "name").value.trim()}”`;
      const text = finding.querySelector(".finding-text").cloneNode(true);
      for (const extra of text.querySelectorAll("strong, .clause")) extra.remove();
      const line = document.createElement("p");
      line.className = finding.classList.contains("finding-stop") ? "row-finding" : "row-finding is-hint";
      line.textContent = text.textContent.replace(/\s+/g, " ").replace(/^[：\s]+/, "").replace(name, "").replace(/^的/, "").trim();
      cell.append(line);
    }
    for (const [row, number] of told) {
      if (number <= 3) continue;
      const line = document.createElement("p");
      const way = document.createElement("a");
      line.className = "row-finding is-hint";
      way.href = "#findings";
      way.textContent = `另有 ${number - 3} 处，见检查`;
      line.append(way);
      row.querySelector('[data-key="name"]').append(line);
    }
  };
  place();
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.closest("[data-live-findings]")) place();
  });
})();
