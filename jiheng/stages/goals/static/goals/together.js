/* Several people or windows on one half: what the store answers is put into the page, nothing that was typed is lost. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-autosave]");
  if (!form || !form.elements.base || !form.draft) return;
  const NEW = "new-";
  const plain = (text) => String(text ?? "").replace(/\r\n/g, "\n").trim();
  const id = (table, key, column) => `${table}|${key}|${column}`;
  const boxes = Object.fromEntries([...form.querySelectorAll("[data-grid]")].map((box) => [box.dataset.prefix, box]));
  const field = (row, column) => row.querySelector(`[name$="-${column}"]`);
  const keyOf = (row) => (field(row, "key") || field(row, "pk")).value;
  const random = () => {
    const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };
  let base = {};
  const learn = (told) => {
    base = Object.fromEntries(Object.entries(told).map(([name, rows]) => [name, new Map(rows.map((one) => [one.key, one.cells]))]));
  };
  const remember = () => {
    const told = Object.entries(base).map(([name, rows]) => [name, [...rows].map(([key, cells]) => ({ key, cells }))]);
    form.elements.base.value = JSON.stringify(Object.fromEntries(told));
  };
  try { learn(JSON.parse(form.elements.base.value)); } catch { return; }

  // A row that was made from the template must not share its key with the next one.
  for (const box of Object.values(boxes)) {
    box.addEventListener("grid:row", (event) => {
      const key = field(event.detail, "key");
      if (key) key.value = random();
    });
  }
  const cellOf = (table, key, column) => {
    if (table === "texts") return form.elements[column];
    const row = rowOf(table, key);
    return row ? field(row, column) : null;
  };
  const rowOf = (table, key) => {
    const rows = boxes[table] ? [...boxes[table].sheet.body.rows] : [];
    return rows.find((row) => [key, key.replace(NEW, "")].includes(keyOf(row)));
  };
  const columnsOf = (row) => [...row.querySelectorAll("[name]")].map((one) => one.name.split("-").pop()).filter((one) => !["pk", "key", "DELETE"].includes(one));
  const present = () => {
    const found = { texts: { "": {} } };
    for (const column of Object.keys(base.texts?.get("") || {})) found.texts[""][column] = form.elements[column].value;
    for (const [table, box] of Object.entries(boxes)) {
      found[table] = {};
      for (const row of box.sheet.rows()) {
        found[table][keyOf(row)] = Object.fromEntries(columnsOf(row).map((one) => [one, field(row, one).value]));
      }
    }
    return found;
  };
  const write = (target, text) => {
    if (target.tagName === "SELECT" && text && ![...target.options].some((one) => one.value === text)) target.add(new Option(text, text));
    target.value = text;
  };

  let sent = null;
  let held = [];
  form.addEventListener("draft:sending", () => { sent = present(); });
  form.addEventListener("draft:answered", (event) => {
    const { answer } = event.detail;
    if (!answer.tables) return;
    const out = new Set(answer.held.map((one) => id(one.table, one.key, one.column)));
    const others = new Set(answer.theirs.map((one) => id(...one)));
    const notes = [];
    const before = base;
    base = {};
    for (const [table, rows] of Object.entries(answer.tables)) {
      base[table] = new Map();
      for (const told of rows) {
        const cells = {};
        base[table].set(told.key, cells);
        let row = null;
        let fresh = false;
        if (table !== "texts") {
          row = rowOf(table, told.was);
          if (!row && !boxes[table]) continue;
          if (!row) {
            row = boxes[table].sheet.add();
            if (!row) continue;
            fresh = true;
            notes.push(`另一处新增了“${told.cells.name || "一行"}”`);
          } else if (row.hidden && answer.back.some(([name, key]) => name === table && key === told.key)) {
            boxes[table].sheet.hide(row, false);
            fresh = true;
            notes.push(`“${told.cells.name}”另一处刚改过，没有删除`);
          }
          if (field(row, "key")) field(row, "key").value = told.key;
          if (field(row, "pk")) field(row, "pk").value = told.pk;
        }
        const old = before[table]?.get(told.was) || before[table]?.get(told.key) || {};
        const mine = sent?.[table]?.[told.was.replace(NEW, "")] || {};
        for (const [column, text] of Object.entries(told.cells)) {
          const target = table === "texts" ? form.elements[column] : field(row, column);
          const name = id(table, told.key, column);
          cells[column] = text;
          if (!target) continue;
          const still = fresh || plain(target.value) === plain(mine[column]);
          if (out.has(name)) cells[column] = old[column] ?? "";
          else if (others.has(name) && !still) cells[column] = old[column] ?? "";
          else if (still && plain(target.value) !== plain(text)) {
            write(target, text);
            if (others.has(name) && !fresh) {
              notes.push(`另一处改了“${told.cells.name || target.labels?.[0]?.textContent.trim() || ""}”${target.getAttribute("aria-label") ? `的${target.getAttribute("aria-label")}` : ""}`);
              const cell = target.closest("td, .field");
              cell.classList.add("is-theirs");
            }
          }
        }
      }
    }
    for (const [table, key] of answer.gone) {
      const row = rowOf(table, key);
      if (!row || row.hidden) continue;
      const mine = sent?.[table]?.[key.replace(NEW, "")] || {};
      if (columnsOf(row).every((one) => plain(field(row, one).value) === plain(mine[one]))) {
        notes.push(`另一处删除了“${field(row, "name")?.value || ""}”`);
        row.remove();
        boxes[table].sheet.renumber();
      } else if (field(row, "pk")) field(row, "pk").value = "";
    }
    for (const [table, box] of Object.entries(boxes)) order(table, box, answer.tables[table] || []);
    if (answer.seen !== undefined) form.elements.seen.value = answer.seen;
    held = answer.held;
    show(answer.back);
    remember();
    for (const box of Object.values(boxes)) box.sheet.count();
    if (notes.length) {
      const say = form.querySelector("[data-together-say]");
      if (say) say.textContent = [...new Set(notes)].slice(0, 5).join("；") + (notes.length > 5 ? `等 ${notes.length} 处` : "") + "。";
    }
    if (held.length) event.detail.left = `，有 ${held.length} 处没有存入，见标出的格`;
  });

  // Rows stand as they are stored, unless the person has moved one since.
  const order = (table, box, told) => {
    const rows = box.sheet.rows();
    const now = rows.map(keyOf);
    const wanted = told.map((one) => one.key).filter((key) => now.includes(key));
    const known = now.filter((key) => wanted.includes(key));
    const stays = Object.keys(sent?.[table] || {}).filter((key) => known.includes(key));
    if (known.join() === wanted.join() || known.filter((key) => stays.includes(key)).join() !== stays.join()) return;
    const focused = document.activeElement;
    const places = rows.filter((row) => wanted.includes(keyOf(row)));
    const marks = places.map((row) => { const mark = document.createComment(""); row.replaceWith(mark); return mark; });
    wanted.forEach((key, at) => marks[at].replaceWith(places.find((row) => keyOf(row) === key)));
    box.sheet.renumber();
    if (focused && document.contains(focused)) focused.focus();
  };

  // What is not stored stands beside the cell that it was typed into; the person says which text it shall be.
  const show = () => {
    for (const old of form.querySelectorAll(".cell-held")) old.remove();
    for (const one of held) {
      const target = cellOf(one.table, one.key, one.column);
      const place = target?.closest("td, .field");
      if (!place) continue;
      const note = document.createElement("div");
      note.className = "cell-held";
      const words = document.createElement("p");
      words.className = "wrong";
      words.textContent = one.stands === "" && one.why && !one.why.startsWith("另一") ? `没有存入：${one.why}` : `${one.why}。另一处写的是：`;
      note.append(words);
      if (one.why.startsWith("另一")) {
        const text = document.createElement("blockquote");
        text.textContent = one.stands || "（空）";
        const keep = button("用我写的");
        const take = button("用另一处的");
        keep.addEventListener("click", () => settle(one, target, target.value));
        take.addEventListener("click", () => settle(one, target, one.stands));
        note.append(text, keep, take);
      }
      place.append(note);
    }
  };
  const button = (words) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-sm";
    made.textContent = words;
    return made;
  };
  const settle = (one, target, text) => {
    const cells = base[one.table]?.get(one.key);
    if (cells) cells[one.column] = one.stands;
    held = held.filter((other) => other !== one);
    write(target, text);
    remember();
    show();
    target.focus();
    for (const kind of ["input", "change"]) target.dispatchEvent(new Event(kind, { bubbles: true }));
  };

  // What stayed out of the goal when the page was closed is put in or let go.
  for (const item of document.querySelectorAll("[data-left-over]")) {
    const done = () => {
      const { settled } = form.elements;
      settled.value = [settled.value, item.dataset.leftOver].filter(Boolean).join(",");
      item.remove();
      if (!document.querySelector("[data-left-over]")) document.querySelector("#left-over")?.remove();
      form.dispatchEvent(new Event("input"));
    };
    item.querySelector("[data-left-put]")?.addEventListener("click", () => {
      const { table, row, column } = item.dataset;
      let target = cellOf(table, row, column);
      if (!target || target.closest("tr")?.hidden) {
        const made = boxes[table]?.sheet.add();
        target = made ? field(made, column) : null;
      }
      if (!target) return;
      write(target, item.querySelector("[data-left-text]").textContent);
      done();
      target.focus();
      for (const kind of ["input", "change"]) target.dispatchEvent(new Event(kind, { bubbles: true }));
    });
    item.querySelector("[data-left-drop]")?.addEventListener("click", done);
  }

  // What others saved meanwhile is fetched when the person comes back to the window.
  document.addEventListener("visibilitychange", () => { if (!document.hidden) form.draft.settle(true); });

  // A save is pressed: first everything is joined; with a text left out the person stays on the page.
  let ready = false;
  form.addEventListener("submit", async (event) => {
    if (ready) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const by = event.submitter;
    await form.draft.settle(true);
    if (held.length) {
      cellOf(held[0].table, held[0].key, held[0].column)?.focus();
      return;
    }
    if (form.draft.dirty()) return;
    // A check that is under way is let through: the page must not leave it behind half answered.
    const live = form.querySelector("[data-live-findings]");
    for (let turn = 0; turn < 40 && live?.classList.contains("htmx-request"); turn += 1) await new Promise((go) => { setTimeout(go, 50); });
    ready = true;
    form.requestSubmit(by);
    ready = false;
  }, { capture: true });
})();
