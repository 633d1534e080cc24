/* Scoring by keyboard, totals that run along, and the amount cut. The pages also work without it. */
(() => {
  "use strict";
  const number = (text) => {
    const plain = text.trim().replace(/[０-９．]/g, (sign) => (sign === "．" ? "." : String.fromCharCode(sign.charCodeAt(0) - 0xfee0)));
    return /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
  };
  const two = (value) => (Math.round(value * 100) / 100).toFixed(2);

  const grid = document.querySelector("[data-scores]");
  if (grid) {
    const bands = JSON.parse(grid.dataset.bands);
    const inputs = [...grid.querySelectorAll("[data-score]")];
    const factOf = (input) => input.closest("[data-row]").querySelector("[data-fact]");
    const tier = (input, value) => {
      const found = input.dataset.tiers.split("|").map((one) => one.split(":")).filter(([low]) => low !== "" && value >= Number(low));
      return found.length ? found.sort((one, two) => two[0] - one[0])[0][1] : "";
    };
    const vetoed = () => grid.querySelector("[data-vetoes] input:checked") !== null;

    const draw = () => {
      let total = 0;
      let scored = 0;
      let facts = 0;
      for (const section of grid.querySelectorAll("[data-dimension]")) {
        let sum = 0;
        let any = false;
        for (const input of section.querySelectorAll("[data-score]")) {
          const value = number(input.value);
          const full = Number(input.dataset.score);
          const fact = factOf(input);
          const lost = value !== null && value < full;
          input.closest("[data-row]").querySelector("[data-tier]").textContent = value === null ? "" : tier(input, value);
          if (lost && !fact.value.trim()) {
            fact.dataset.needed = "1";
            facts += 1;
          } else {
            delete fact.dataset.needed;
          }
          if (value === null) continue;
          any = true;
          scored += 1;
          sum += value;
        }
        section.querySelector("[data-subtotal]").textContent = any ? two(sum) : "—";
        total += sum;
      }
      document.querySelector("[data-total-score]").textContent = scored ? two(total) : "—";
      const left = inputs.length - scored;
      const said = [`已评 ${scored} / ${inputs.length} 项`];
      if (facts) said.push(`${facts} 处扣分没有写所缺的事实`);
      document.querySelector("[data-progress]").textContent = said.join("，");
      const shown = document.querySelector("[data-proposed]");
      const band = bands.find(([low]) => total >= Number(low));
      shown.textContent = left || !band ? "" : `所示结论：${vetoed() ? bands[bands.length - 1][1] : band[1]}`;
    };

    const next = (input) => {
      const following = inputs[inputs.indexOf(input) + 1];
      if (following) {
        following.focus();
        following.closest("[data-row]").scrollIntoView({ block: "nearest" });
      } else {
        grid.closest("form").querySelector(".form-bar button").focus();
      }
    };

    grid.addEventListener("focusin", (event) => {
      if (event.target.matches("[data-score]")) event.target.select();
    });
    grid.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const input = event.target;
      if (input.matches("[data-score]")) {
        const full = Number(input.dataset.score);
        if (event.key === "ArrowUp" || event.key === "ArrowDown") {
          event.preventDefault();
          const value = number(input.value);
          const moved = value === null ? full : value + (event.key === "ArrowUp" ? 0.5 : -0.5);
          input.value = String(Math.min(full, Math.max(0, moved)));
          input.dispatchEvent(new Event("input", { bubbles: true }));
          input.select();
        } else if (event.key === "Enter") {
          event.preventDefault();
          const value = number(input.value);
          const fact = factOf(input);
          if (value !== null && value < full && !fact.value.trim()) fact.focus();
          else next(input);
        }
      } else if (input.matches("[data-fact]") && event.key === "Enter") {
        event.preventDefault();
        next(input.closest("[data-row]").querySelector("[data-score]"));
      }
    });
    grid.addEventListener("input", draw);
    grid.addEventListener("change", draw);
    draw();
    const wrong = grid.querySelector(".score-wrong [data-score]");
    if (wrong) wrong.focus();
  }

  const conclusion = document.querySelector("[data-conclude]");
  if (conclusion) {
    const agreed = conclusion.querySelector("[name=agreed_fen]");
    const asked = Number(conclusion.dataset.asked) / 1000000;
    const cut = conclusion.querySelector("[data-cut]");
    const draw = () => {
      const value = number(agreed.value.replace(/[,，]/g, ""));
      cut.textContent = value === null ? "—" : (asked - value).toLocaleString("zh-CN", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    };
    conclusion.addEventListener("input", draw);
    conclusion.addEventListener("change", (event) => {
      if (event.target.name === "conclusion" && event.target.value === "not_supported") agreed.value = "0";
      draw();
    });
    draw();
  }
})();
