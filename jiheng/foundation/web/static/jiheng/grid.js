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
    const status = box.querySelector(".grid-say");
    const past = [];
    let typing = null;
    tools.hidden = false;

    const rows = () => [...body.rows].filter((row) => !row.hidden && row.querySelector(FIELDS));
    const fields = (row) => [...row.querySelectorAll(FIELDS)];
    const at = (field) => {
      const row = field.closest("tr");
      return [rows().indexOf(row), fields(row).indexOf(field)];
    };
    const say = (text) => { status.textContent = text; };

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
      count();
      return row;
    };

    // What was typed since the field got the focus is the browser's to undo; the rest is ours.
    const rest = () => {
      if (typing) typing = { field: typing.field, before: typing.field.value };
    };

    // A step back restores the values of the fields that it changed, and takes away rows that it added.
    const keep = (change) => {
      rest();
      past.push(change);
      if (past.length > 100) past.shift();
      undoButton.disabled = false;
    };
    const undo = () => {
      const change = past.pop();
      undoButton.disabled = past.length === 0;
      if (!change) return;
      for (const [field, value] of change.values) field.value = value;
      for (const row of change.added) {
        const mark = row.querySelector("input[name$=-DELETE]");
        for (const field of fields(row)) field.value = "";
        if (mark) {
          mark.checked = true;
          row.hidden = true;
        }
      }
      if (change.removed) {
        change.removed.hidden = false;
        const mark = change.removed.querySelector("input[name$=-DELETE]");
        if (mark) mark.checked = false;
      }
      if (change.values.length) change.values[0][0].focus();
      rest();
      count();
      box.dispatchEvent(new Event("input", { bubbles: true }));
      say("已撤销上一步");
    };

    const put = (field, text) => {
      if (field.tagName === "SELECT") {
        const option = [...field.options].find((one) => one.text.trim() === text || one.value === text);
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

    const paste = (field, text) => {
      const block = cells(text);
      if (block.length === 1 && block[0].length === 1) return false;
      const [top, left] = at(field);
      const change = { values: [], added: [], removed: null };
      let lost = 0;
      let unknown = 0;
      block.forEach((line, down) => {
        let row = rows()[top + down];
        if (!row) {
          row = add();
          if (!row) { lost += line.filter((value) => value.trim()).length; return; }
          change.added.push(row);
        }
        const model = rows()[top];
        line.forEach((value, right) => {
          const target = under(row, model, left + right);
          if (!target || target.readOnly || target.disabled) { if (value.trim()) lost += 1; return; }
          const before = target.value;
          if (put(target, value.trim())) change.values.push([target, before]); else unknown += 1;
        });
      });
      keep(change);
      count();
      field.dispatchEvent(new Event("input", { bubbles: true }));
      const notes = [`已粘贴 ${block.length} 行`];
      if (unknown) notes.push(`${unknown} 格不在可选项中，未填入`);
      if (lost) notes.push(`${lost} 格超出表格或不可填写，未填入`);
      say(notes.join("；"));
      return true;
    };

    const fillDown = (field) => {
      const [top, column] = at(field);
      const change = { values: [], added: [], removed: null };
      if (top > 0 && field.value === "") {
        const above = under(rows()[top - 1], rows()[top], column);
        if (!above) return;
        change.values.push([field, field.value]);
        field.value = above.value;
        say("已填入上一行的内容");
      } else {
        for (const row of rows().slice(top + 1)) {
          const target = under(row, rows()[top], column);
          const written = fields(row).some((one) => one !== target && one.value !== "");
          if (!target || target.readOnly || !written) continue;
          change.values.push([target, target.value]);
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

    box.addEventListener("keydown", (event) => {
      const field = event.target.closest(FIELDS);
      if (!field || !body.contains(field) || event.isComposing) return;
      const [row, column] = at(field);
      const text = field.tagName === "TEXTAREA" || (field.tagName === "INPUT" && field.selectionStart !== null);
      const first = !text || (field.selectionStart === 0 && field.selectionEnd === 0) || field.selectionEnd - field.selectionStart === field.value.length;
      const last = !text || field.selectionStart === field.value.length || field.selectionEnd - field.selectionStart === field.value.length;
      const key = (event.ctrlKey || event.metaKey ? "Ctrl+" : "") + (event.shiftKey ? "Shift+" : "") + event.key;
      let done = false;
      if (key === "ArrowUp" && field.tagName !== "SELECT" && (field.tagName !== "TEXTAREA" || first)) done = move(row, column, -1);
      else if (key === "ArrowDown" && field.tagName !== "SELECT" && (field.tagName !== "TEXTAREA" || last)) done = move(row, column, 1);
      else if (key === "ArrowLeft" && first) done = aside(row, column - 1);
      else if (key === "ArrowRight" && last) done = aside(row, column + 1);
      else if (key === "Enter" && field.tagName !== "SELECT") {
        if (!move(row, column, 1) && add()) move(row, column, 1);
        done = true;
      } else if (key === "Shift+Enter" && field.tagName !== "TEXTAREA") done = move(row, column, -1) || true;
      else if (key === "Ctrl+d" || key === "Ctrl+D") { fillDown(field); done = true; }
      else if ((key === "Ctrl+z" || key === "Ctrl+Z") && past.length) {
        const typed = typing && typing.field === field && field.value !== typing.before;
        if (!typed) { undo(); done = true; }
      }
      if (done) event.preventDefault();
    });
    box.addEventListener("focusin", (event) => {
      const field = event.target.closest(FIELDS);
      if (field && body.contains(field)) typing = { field, before: field.value };
    });
    box.addEventListener("change", (event) => {
      const field = event.target.closest(FIELDS);
      if (field && typing && typing.field === field && typing.before !== field.value) {
        keep({ values: [[field, typing.before]], added: [], removed: null });
      }
    });
    box.addEventListener("paste", (event) => {
      const field = event.target.closest(FIELDS);
      if (field && paste(field, event.clipboardData.getData("text/plain"))) event.preventDefault();
    });
    box.addEventListener("input", sums);

    const dress = (row) => {
      const mark = row.querySelector("input[name$=-DELETE]");
      if (!mark) return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm btn-link grid-remove";
      button.textContent = "删除";
      button.addEventListener("click", () => {
        mark.checked = true;
        row.hidden = true;
        keep({ values: [], added: [], removed: row });
        count();
        box.dispatchEvent(new Event("input", { bubbles: true }));
        say("已删除一行，可撤销");
        undoButton.focus();
      });
      mark.hidden = true;
      mark.after(button);
    };
    for (const row of body.rows) dress(row);
    const addButton = box.querySelector("[data-grid-add]");
    if (addButton) addButton.addEventListener("click", () => fields(add())[0].focus());
    undoButton.addEventListener("click", undo);
    sums();
  };

  document.querySelectorAll("[data-grid]").forEach(start);
})();
