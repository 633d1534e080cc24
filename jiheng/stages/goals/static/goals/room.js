// The big screen is turned by keys, and by the clickers that send them.
(() => {
  const keys = { ArrowRight: "next", PageDown: "next", " ": "next", ArrowLeft: "prev", PageUp: "prev", ArrowDown: "down", ArrowUp: "up" };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const onLink = event.target.closest && event.target.closest("a, button");
    if (event.key === " " && onLink) return;
    const link = event.key === "Escape" ? document.getElementById("room-out") : document.querySelector(`#room a[rel="${keys[event.key]}"]`);
    if (!link || (event.key !== "Escape" && !keys[event.key])) return;
    event.preventDefault();
    link.click();
  });
})();
