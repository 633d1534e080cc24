/* Forms: drafts save themselves where the page offers it; nobody leaves unsaved work by mistake. */
(() => {
  "use strict";
  const clock = () => new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });

  for (const form of document.querySelectorAll("form[data-guard]")) {
    const shown = form.querySelector(".save-state");
    const say = (text, state) => {
      if (!shown) return;
      shown.textContent = text;
      shown.dataset.state = state;
    };
    const read = () => {
      const kept = new URLSearchParams();
      for (const [name, value] of new FormData(form)) {
        if (name !== "csrfmiddlewaretoken" && typeof value === "string") kept.append(name, value);
      }
      return kept.toString();
    };
    let saved = read();
    let leaving = false;
    const dirty = () => read() !== saved;

    // A form that comes back with errors has never been saved.
    const failed = form.querySelector(".refusals") !== null;
    if (failed) saved = "";

    form.addEventListener("submit", (event) => { if (!event.defaultPrevented) leaving = true; });
    window.addEventListener("pageshow", () => { leaving = false; });
    window.addEventListener("beforeunload", (event) => {
      if (!leaving && dirty() && !failed) event.preventDefault();
    });

    const target = form.dataset.autosave;
    let timer = 0;
    let wait = 1500;
    let running = false;
    const save = async (always = false) => {
      clearTimeout(timer);
      if (running || leaving || !(always === true || dirty())) return;
      running = true;
      const sent = read();
      const body = new FormData(form);
      say("正在保存草稿…", "saving");
      form.dispatchEvent(new CustomEvent("draft:sending"));
      try {
        const response = await fetch(target, {
          method: "POST",
          body,
          headers: { "X-Autosave": "1" },
          credentials: "same-origin",
          redirect: "error",
        });
        if (response.ok) {
          // A page that joins several people's texts is answered with them, and may say what is not saved.
          const answer = (response.headers.get("Content-Type") || "").includes("json") ? await response.json() : null;
          const still = read() === sent;
          const detail = { answer, left: "" };
          if (answer) form.dispatchEvent(new CustomEvent("draft:answered", { detail }));
          saved = still ? read() : sent;
          wait = 1500;
          say(`草稿已于 ${clock()} 保存${detail.left}`, detail.left ? "failed" : "saved");
        } else if (response.status === 409) {
          say("此记录刚被他人修改，草稿没有保存。请另存内容后刷新页面。", "failed");
          running = false;
          return;
        } else if (response.status === 403) {
          say("现在不能再填写，草稿没有保存。请另存内容后刷新页面查看。", "failed");
          running = false;
          return;
        } else if (response.status === 422) {
          saved = sent;
          say("有内容不合要求，草稿暂未保存，改正后自动再存", "failed");
        } else {
          throw new Error(String(response.status));
        }
      } catch {
        wait = Math.min(wait * 2, 60000);
        say("草稿没有保存，将自动重试", "failed");
        timer = setTimeout(save, wait);
      }
      running = false;
      if (dirty() && wait === 1500) timer = setTimeout(save, wait);
    };
    const settle = async (always) => {
      while (running) await new Promise((go) => { setTimeout(go, 50); });
      await save(always);
    };
    form.draft = { settle, dirty };
    form.addEventListener("input", () => {
      if (!target) {
        say(dirty() ? "有未保存的修改" : "", "dirty");
        return;
      }
      clearTimeout(timer);
      timer = setTimeout(save, wait);
    });
    form.addEventListener("change", () => form.dispatchEvent(new Event("input")));
    if (target) document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  }
})();
