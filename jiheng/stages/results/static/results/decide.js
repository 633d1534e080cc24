/* The amount of a decided ratio, as it is typed. The page also works without it. */
(() => {
  "use strict";
  const section = document.querySelector("[data-decide]");
  if (!section) return;
  const input = section.querySelector("[name=ratio]");
  const cut = section.querySelector("[data-cut]");
  const ceiling = section.querySelector("[data-ceiling]");
  const out = section.querySelector("[data-out]");
  const base = Number(section.dataset.base);
  const wan = (fen) => (fen / 1000000).toLocaleString("zh-CN", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

  const draw = () => {
    const text = input.value.trim().replace(/[％%]$/, "").replace(/[０-９．]/g, (sign) => (sign === "．" ? "." : String.fromCharCode(sign.charCodeAt(0) - 0xfee0)));
    const ratio = /^\d+(\.\d+)?$/.test(text) ? Number(text) : null;
    if (ratio === null || ratio > 100) {
      cut.textContent = ceiling.textContent = "—";
      out.hidden = true;
      return;
    }
    const taken = Math.round((base * ratio) / 100);
    cut.textContent = wan(taken);
    ceiling.textContent = wan(base - taken);
    out.hidden = ratio >= Number(section.dataset.low) && ratio <= Number(section.dataset.high);
  };
  input.addEventListener("input", draw);
  draw();
})();
