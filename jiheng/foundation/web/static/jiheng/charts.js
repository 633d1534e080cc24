/* Draws every [data-chart] from the JSON beside it. The same figures stand in a table on the page. */
(() => {
  "use strict";
  const FONT = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';
  const COLOURS = ["#155fb5", "#7d8a98", "#4a90c2", "#b3261e", "#c77700", "#1a6b3a", "#8fb8de", "#4a5766"];

  const draw = (canvas) => {
    const option = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
    // HTML tooltips would need inline styles, which the content policy forbids.
    option.tooltip = { confine: true, ...option.tooltip, renderMode: "richText" };
    option.textStyle = { fontFamily: FONT, fontSize: 13, color: "#1f2933", ...option.textStyle };
    option.color = option.color || COLOURS;
    option.animation = option.animation === true;
    const chart = echarts.init(canvas, null, { renderer: "canvas" });
    chart.setOption(option);
    // A part that stands for rows leads to them: {value: 3, url: "/goals/?state=late"}.
    chart.on("click", (event) => {
      if (event.data && typeof event.data.url === "string" && event.data.url.startsWith("/")) location.assign(event.data.url);
    });
    new ResizeObserver(() => chart.resize()).observe(canvas);
    window.addEventListener("beforeprint", () => chart.resize());
  };
  document.querySelectorAll("[data-chart]").forEach(draw);
})();
