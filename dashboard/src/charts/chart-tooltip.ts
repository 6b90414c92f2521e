import type uPlot from "uplot";

/** What the tooltip says about a place on the x axis. */
export interface TooltipContent {
  title: string;
  lines: { label: string; value: string; color: string }[];
}

/** Shows the figures under the pointer. */
export function chartTooltip(content: (place: number) => TooltipContent): uPlot.Plugin {
  const box = document.createElement("div");
  box.className = "chart-tooltip";
  box.hidden = true;
  return {
    hooks: {
      init: (plot) => plot.over.append(box),
      setCursor: (plot) => {
        const place = plot.cursor.idx;
        box.hidden = place === null || place === undefined || (plot.cursor.left ?? -1) < 0;
        if (box.hidden || place === null || place === undefined) return;
        fill(box, content(place));
        const left = plot.cursor.left ?? 0;
        const beyond = left + box.offsetWidth + 16 > plot.over.clientWidth;
        box.style.transform = `translate(${beyond ? left - box.offsetWidth - 12 : left + 12}px, 4px)`;
      },
    },
  };
}

function fill(box: HTMLElement, { title, lines }: TooltipContent) {
  const heading = document.createElement("p");
  heading.textContent = title;
  const rows = lines.map(({ label, value, color }) => {
    const row = document.createElement("div");
    const [swatch, name, figure] = ["i", "span", "b"].map((tag) => document.createElement(tag));
    if (swatch && name && figure) {
      swatch.style.background = color;
      name.textContent = label;
      figure.textContent = value;
      row.append(swatch, name, figure);
    }
    return row;
  });
  box.replaceChildren(heading, ...rows);
}
