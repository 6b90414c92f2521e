// Sets the chosen theme before anything is painted, so that a dark page does not flash white.
(() => {
  const theme = localStorage.getItem("signalbox.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
})();
