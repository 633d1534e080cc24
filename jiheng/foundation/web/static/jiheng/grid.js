/* The grid: a table of inputs that behaves like a sheet. Without this script it stays a table of inputs. */
(() => {
  "use strict";
  const FIELDS = "input:not([type=hidden]):not([type=checkbox]), select, textarea";

  const start = (box) => {
    const body = box.querySelector("tbody");
    const prefix = box.dataset.prefix;
    const total = box.querySelector(`[name="${prefix}-TOTAL_FORMS"]`);
    const blank = box.querySelector("template");
    const tools = box.querySelector(".grid-tools");
    const undoButton = box.querySelector("[data-grid-undo]");
    const redoButton = box.querySelector("[data-grid-redo]");
    const status = box.querySelector(".grid-say");
    const troubles = box.querySelector(".grid-troubles");
    const help = box.querySelector("dialog");
    const past = [];
    const future = [];
    let typing = null;
    tools.hidden = false;

    const rows = () => [...body.rows].filter((row) => !row.hidden && row.querySelector(FIELDS));
    const fields = (row) => [...row.querySelectorAll(FIELDS)];
    const at = (field) => {
      const row = field.closest("tr");
      return [rows().indexOf(row), fields(row).indexOf(field)];
    };
    const say = (text) => { status.textContent = text; };
    const marked = (row) => row.querySelector("input[name$=-DELETE]");
    const told = () => box.dispatchEvent(new Event("input", { bubbles: true }));

    // The field of another row in the same column: by the column's key, since rows need not have the same fields.
    const under = (row, source, column) => {
      const model = fields(source)[column];
      const key = model && model.closest("[data-key]");
      if (!key) return fields(row)[column];
      const cell = row.querySelector(`[data-key="${key.dataset.key}"]`);
      return cell ? cell.querySelector(FIELDS) : null;
    };

    const number = (text) => {
      const plain = text.replace(/[,，\s]/g, "").replace(/[０-９．]/g, (one) => String.fromCharCode(one.charCodeAt(0) - 0xfee0));
      return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : 0;
    };
    const sums = () => {
      for (const out of box.querySelectorAll("output[data-sum]")) {
        let units = 0;
        for (const row of rows()) {
          const field = row.querySelector(`[data-key="${out.dataset.sum}"] input`);
          if (field) units += Math.round(number(field.value) * 10000);
        }
        const sum = units / 10000;
        const should = out.dataset.should;
        const text = sum.toLocaleString("en-US", { maximumFractionDigits: 4 });
        const off = should !== "" && !Number.isNaN(Number(should)) && Number(should) * 10000 !== units;
        out.textContent = off ? `${text}（应为 ${should}，${units > Number(should) * 10000 ? "多" : "差"} ${Math.abs(units - Number(should) * 10000) / 10000}）` : text;
        out.classList.toggle("off", off);
      }
    };
    const count = () => {
      rows().forEach((row, index) => {
        const shown = row.querySelector("[data-number]");
        if (shown) shown.textContent = String(index + 1);
      });
      sums();
    };

    const add = () => {
      if (!blank) return null; // without a template for new rows the rows are fixed
      const index = Number(total.value);
      const row = blank.content.firstElementChild.cloneNode(true);
      for (const part of row.querySelectorAll("[name], [id], [for], [aria-describedby]")) {
        for (const name of ["name", "id", "for", "aria-describedby"]) {
          const value = part.getAttribute(name);
          if (value) part.setAttribute(name, value.replaceAll("__prefix__", index));
        }
      }
      body.append(row);
      total.value = String(index + 1);
      dress(row);
      box.dispatchEvent(new CustomEvent("grid:row", { detail: row }));
      count();
      return row;
    };

    // The order of the rows is the order of their numbers in the names of their fields.
    const renumber = () => {
      const pattern = new RegExp(`(${prefix}-)\\d+(?=-)`);
      [...body.rows].forEach((row, index) => {
        for (const part of row.querySelectorAll("[name], [id], [for], [aria-describedby]")) {
          for (const name of ["name", "id", "for", "aria-describedby"]) {
            const value = part.getAttribute(name);
            if (value) part.setAttribute(name, value.replace(pattern, `$1${index}`));
          }
        }
      });
      count();
    };
    const hide = (row, gone) => {
      const mark = marked(row);
      if (mark) mark.checked = gone;
      row.hidden = gone;
    };

    // What was typed since the field got the focus is the browser's to undo; the rest is ours.
    const rest = () => {
      if (typing) typing = { field: typing.field, before: typing.field.value };
    };

    // A step holds the texts before and after, and the rows that it added, took out or moved: it goes both ways.
    const keep = (change) => {
      rest();
      past.push({ values: [], added: [], removed: [], moved: null, ...change });
      future.length = 0;
      if (past.length > 200) past.shift();
      buttons();
    };
    const buttons = () => {
      undoButton.disabled = past.length === 0;
      if (redoButton) redoButton.disabled = future.length === 0;
    };
    const step = (from, to, back) => {
      const change = from.pop();
      if (!change) return;
      to.push(change);
      for (const [field, before, after] of change.values) field.value = back ? before : after;
      for (const row of change.added) hide(row, back);
      for (const row of change.removed) hide(row, !back);
      if (change.moved) {
        const [row, before, after] = change.moved;
        body.insertBefore(row, back ? before : after);
        renumber();
      }
      const shown = change.moved ? change.moved[0] : [...change.added, ...change.removed].find((row) => !row.hidden);
      if (change.values.length && !change.values[0][0].closest("tr").hidden) change.values[0][0].focus();
      else if (shown) fields(shown)[0].focus();
      rest();
      buttons();
      count();
      told();
      say(back ? "已撤销上一步" : "已重做");
    };
    const undo = () => step(past, future, true);
    const redo = () => step(future, past, false);

    const put = (field, text) => {
      if (field.tagName === "SELECT") {
        const bare = (words) => words.trim().replace(/指标$/, "");
        const option = [...field.options].find((one) => one.text.trim() === text || one.value === text)
          || [...field.options].find((one) => one.value && bare(one.text) === bare(text));
        if (!option && text !== "") return false;
        field.value = option ? option.value : "";
      } else {
        field.value = text;
      }
      return true;
    };

    // Excel puts a block on the clipboard as lines of tab-separated cells, cells with breaks in quotes.
    const cells = (text) => {
      const lines = [[]];
      let cell = "";
      let quoted = false;
      const whole = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
      for (let i = 0; i < whole.length; i += 1) {
        const one = whole[i];
        if (quoted) {
          if (one === '"' && whole[i + 1] === '"') { cell += '"'; i += 1; } else if (one === '"') quoted = false; else cell += one;
        } else if (one === '"' && cell === "") quoted = true;
        else if (one === "\t") { lines.at(-1).push(cell); cell = ""; } else if (one === "\n") { lines.at(-1).push(cell); cell = ""; lines.push([]); } else cell += one;
      }
      lines.at(-1).push(cell);
      return lines;
    };

    // A block may bring its heading along: then its columns are known by name, wherever it is pasted.
    const heading = (line) => {
      const known = {};
      box.querySelectorAll("thead th[data-key]").forEach((cell) => {
        for (const name of [cell.dataset.label, ...(cell.dataset.alias || "").split(" ")]) if (name) known[name] = cell.dataset.key;
      });
      const keys = line.map((text) => known[text.replace(/[\s（(].*$/, "").trim()] || "");
      const named = keys.filter(Boolean).length;
      return named > 1 && named === line.filter((text) => text.trim()).length ? keys : null;
    };
    const trouble = (field, text) => {
      if (field.tagName === "SELECT") return `“${text}”不在可选项中，请从列表中选择`;
      if (field.maxLength > 0 && text.length > field.maxLength) return `最多 ${field.maxLength} 字，现有 ${text.length} 字`;
      if (field.inputMode === "decimal" && text && !/^[-+]?[\d,，.０-９．\s]+(万元|元|分|%)?$/.test(text)) return `“${text}”不是数`;
      return "";
    };
    const labelOf = (field) => field.getAttribute("aria-label") || "";
    const tell = (found) => {
      if (!troubles) return;
      troubles.replaceChildren(...found.map(({ row, field, label, words }) => {
        const line = document.createElement("li");
        const place = document.createElement("button");
        place.type = "button";
        place.className = "btn btn-sm btn-link";
        place.textContent = `第 ${rows().indexOf(row) + 1} 行${label ? ` ${label}` : ""}`;
        place.addEventListener("click", () => (field || fields(row)[0]).focus());
        line.append(place, `：${words}`);
        if (field) {
          field.closest("td").querySelector(".cell-trouble")?.remove();
          const note = document.createElement("p");
          note.className = "wrong cell-trouble";
          note.textContent = words;
          field.closest("td").append(note);
        }
        return line;
      }));
    };

    const paste = (field, text) => {
      let block = cells(text);
      if (block.length === 1 && block[0].length === 1) return false;
      const keys = block.length > 1 ? heading(block[0]) : null;
      if (keys) block = block.slice(1);
      block = block.filter((line) => line.some((value) => value.trim()));
      const [top, left] = at(field);
      const change = { values: [], added: [] };
      const found = [];
      const carried = {};
      let written = 0;
      block.forEach((line, down) => {
        let row = rows()[top + down];
        if (!row) {
          row = add();
          if (!row) {
            found.push({ row: rows()[top], label: "", words: `表格的行数是固定的，多出的一行“${line.join(" ").trim()}”没有填入` });
            return;
          }
          change.added.push(row);
        }
        const model = rows()[top];
        line.forEach((cell, right) => {
          const target = keys ? row.querySelector(`[data-key="${keys[right]}"]`)?.querySelector(FIELDS) : under(row, model, left + right);
          let value = cell.trim();
          if (!target || target.readOnly || target.disabled) {
            if (value) found.push({ row, label: target ? labelOf(target) : "", words: `${target ? "这一格不能填写" : "超出表格的列"}，“${value}”没有填入` });
            return;
          }
          // Cells that were merged downwards in the sheet come with their text only once.
          if ("carry" in target.dataset) {
            const key = target.closest("[data-key]").dataset.key;
            if (value) carried[key] = value; else value = carried[key] || "";
          }
          const before = target.value;
          const wrong = trouble(target, value);
          if (put(target, value)) {
            change.values.push([target, before, target.value]);
            written += 1;
            if (wrong && target.tagName !== "SELECT") found.push({ row, field: target, label: labelOf(target), words: wrong });
          } else found.push({ row, field: target, label: labelOf(target), words: wrong });
        });
      });
      keep(change);
      for (const [target] of change.values) target.dispatchEvent(new Event("change", { bubbles: true }));
      count();
      field.dispatchEvent(new Event("input", { bubbles: true }));
      tell(found);
      say(`已粘贴 ${block.length} 行${keys ? "（按表头对应各列）" : ""}${found.length ? `，${found.length} 处有问题${troubles ? "，列在下面" : `：${found.map((one) => one.words).join("；")}`}` : ""}`);
      return written > 0 || found.length > 0;
    };

    const fillDown = (field) => {
      const [top, column] = at(field);
      const change = { values: [] };
      if (top > 0 && field.value === "") {
        const above = under(rows()[top - 1], rows()[top], column);
        if (!above) return;
        change.values.push([field, field.value, above.value]);
        field.value = above.value;
        say("已填入上一行的内容");
      } else {
        for (const row of rows().slice(top + 1)) {
          const target = under(row, rows()[top], column);
          const written = fields(row).some((one) => one !== target && one.value !== "");
          if (!target || target.readOnly || !written) continue;
          change.values.push([target, target.value, field.value]);
          target.value = field.value;
        }
        say(`已向下填充 ${change.values.length} 行`);
      }
      if (change.values.length) keep(change);
      sums();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };

    const go = (target) => {
      if (!target) return false;
      target.focus();
      if (target.select) target.select();
      return true;
    };
    const aside = (row, column) => go(fields(rows()[row])[column]);
    // Up or down to the next row that has this column.
    const move = (row, column, step) => {
      const all = rows();
      for (let at = row + step; at >= 0 && at < all.length; at += step) {
        const target = under(all[at], all[row], column);
        if (target) return go(target);
      }
      return false;
    };

    // Rows are added below, taken out and moved only where the page lets rows be added.
    const insert = (row) => {
      const made = add();
      if (!made) return;
      body.insertBefore(made, row.nextSibling);
      renumber();
      keep({ added: [made] });
      go(fields(made)[0]);
    };
    const remove = (row) => {
      if (!marked(row)) return;
      const all = rows();
      const next = all[all.indexOf(row) + 1] || all[all.indexOf(row) - 1];
      hide(row, true);
      keep({ removed: [row] });
      count();
      told();
      say("已删除一行，可撤销");
      if (next) go(fields(next)[0]); else undoButton.focus();
    };
    const shift = (row, step, field) => {
      const all = rows();
      const other = all[all.indexOf(row) + step];
      if (!blank || !other) return;
      const before = row.nextSibling;
      const after = step < 0 ? other : other.nextSibling;
      body.insertBefore(row, after);
      renumber();
      keep({ moved: [row, before, after] });
      told();
      field.focus();
      say(`已移到第 ${rows().indexOf(row) + 1} 行`);
    };
    const explain = () => { if (help && !help.open) help.showModal(); };

    box.addEventListener("keydown", (event) => {
      const field = event.target.closest(FIELDS);
      if (!field || !body.contains(field) || event.isComposing) return;
      const [row, column] = at(field);
      const text = field.tagName === "TEXTAREA" || (field.tagName === "INPUT" && field.selectionStart !== null);
      const first = !text || (field.selectionStart === 0 && field.selectionEnd === 0) || field.selectionEnd - field.selectionStart === field.value.length;
      const last = !text || field.selectionStart === field.value.length || field.selectionEnd - field.selectionStart === field.value.length;
      const key = (event.ctrlKey || event.metaKey ? "Ctrl+" : "") + (event.altKey ? "Alt+" : "") + (event.shiftKey ? "Shift+" : "") + event.key;
      let done = false;
      if (event.defaultPrevented) return; // a list of choices below the cell has used it
      if (key === "Ctrl+/" || ((event.key === "?" || event.key === "？") && (!text || field.value === ""))) { explain(); done = true; }
      else if (key === "Alt+ArrowUp" || key === "Alt+ArrowDown") { shift(field.closest("tr"), key === "Alt+ArrowUp" ? -1 : 1, field); done = true; }
      else if (key === "Alt+Enter") { insert(field.closest("tr")); done = true; }
      else if (key === "Alt+Delete") { remove(field.closest("tr")); done = true; }
      else if (key === "ArrowUp" && field.tagName !== "SELECT" && (field.tagName !== "TEXTAREA" || first)) done = move(row, column, -1);
      else if (key === "ArrowDown" && field.tagName !== "SELECT" && (field.tagName !== "TEXTAREA" || last)) done = move(row, column, 1);
      else if (key === "ArrowLeft" && first) done = aside(row, column - 1);
      else if (key === "ArrowRight" && last) done = aside(row, column + 1);
      else if (key === "Enter" && field.tagName !== "SELECT") {
        if (!move(row, column, 1)) {
          const made = add();
          if (made) { keep({ added: [made] }); move(row, column, 1); }
        }
        done = true;
      } else if (key === "Shift+Enter" && field.tagName !== "TEXTAREA") done = move(row, column, -1) || true;
      else if (key === "Ctrl+d" || key === "Ctrl+D") { fillDown(field); done = true; }
      else if ((key === "Ctrl+z" || key === "Ctrl+Z") && past.length) {
        const typed = typing && typing.field === field && field.value !== typing.before;
        if (!typed) { undo(); done = true; }
      } else if ((key.toLowerCase() === "ctrl+y" || key.toLowerCase() === "ctrl+shift+z") && future.length) { redo(); done = true; }
      if (done) event.preventDefault();
    });
    box.addEventListener("focusin", (event) => {
      const field = event.target.closest(FIELDS);
      if (field && body.contains(field)) typing = { field, before: field.value };
    });
    box.addEventListener("change", (event) => {
      const field = event.target.closest(FIELDS);
      if (field && typing && typing.field === field && typing.before !== field.value) {
        keep({ values: [[field, typing.before, field.value]] });
      }
    });
    box.addEventListener("paste", (event) => {
      const field = event.target.closest(FIELDS);
      if (field && paste(field, event.clipboardData.getData("text/plain"))) event.preventDefault();
    });
    box.addEventListener("input", (event) => {
      event.target.closest?.("td")?.querySelector(".cell-trouble")?.remove();
      sums();
    });

    const dress = (row) => {
      const mark = marked(row);
      if (!mark) return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm btn-link grid-remove";
      button.textContent = "删除";
      button.addEventListener("click", () => { remove(row); undoButton.focus(); });
      mark.hidden = true;
      mark.after(button);
    };
    for (const row of body.rows) dress(row);
    const addButton = box.querySelector("[data-grid-add]");
    if (addButton) addButton.addEventListener("click", () => fields(add())[0].focus());
    undoButton.addEventListener("click", undo);
    redoButton?.addEventListener("click", redo);
    box.querySelector("[data-grid-help]")?.addEventListener("click", explain);
    box.querySelector("[data-grid-close]")?.addEventListener("click", () => help.close());
    box.sheet = { rows, fields, add, hide, keep, renumber, count, say, go, body };
    sums();
  };

  document.querySelectorAll("[data-grid]").forEach(start);
})();
