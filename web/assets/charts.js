// Draws over the charts of the server, which stay in the page for everyone else.
"use strict";
(() => {
  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const text = () => ({ stroke: color("--soft"), grid: { stroke: color("--line"), width: 1 }, ticks: { stroke: color("--line") }, font: "12px sans-serif" });

  const draw = (box, trend) => {
    const total = trend.rows[trend.rows.length - 1];
    if (!total || trend.buckets.length < 2) { return; }
    const byTime = trend.buckets.every((bucket) => bucket.from !== null);
    const x = trend.buckets.map((bucket, i) => (byTime ? Date.parse(bucket.from) / 1000 : i));
    // A mark stands where a bucket begins, as many as have room; its year stands in the table below.
    const few = (u) => x.filter((t, i) => i % Math.ceil(x.length * (byTime ? 64 : 160) / u.width) === 0);
    const short = (name) => name.replace(/^\d{4}-(?=W|\d\d-)/, "");
    const old = box.querySelector("svg[role=img]");
    const place = document.createElement("div");
    place.className = "chart-live";
    old.after(place);
    const line = (label, name, fill) => ({ label, stroke: color(name), width: 2, fill: fill && color(fill), points: { show: x.length < 60, size: 5 } });
    const options = {
      width: box.querySelector("figure").clientWidth,
      height: 240,
      scales: { x: { time: byTime }, y: { range: (u, min, max) => [0, Math.max(1, max * 1.05)] } },
      axes: [{ ...text(), splits: few, values: (u, ticks) => ticks.map((t) => short(trend.buckets[x.indexOf(t)].name)) }, { ...text(), size: 56 }],
      series: [
        { label: "When", value: (u, v, s, i) => (i === null || i === undefined ? "" : trend.buckets[i].name) },
        line("failed", "--bad", "--bad-soft"),
        line("attempts", "--plain"),
      ],
      cursor: { y: false },
    };
    const chart = new uPlot(options, [x, total.cells.map((c) => c.failures), total.cells.map((c) => c.attempts)], place);
    old.setAttribute("hidden", "");
    box.querySelector("ul.legend")?.setAttribute("hidden", "");
    new ResizeObserver(() => chart.setSize({ width: box.querySelector("figure").clientWidth, height: 240 })).observe(box);
  };

  document.querySelectorAll("[data-chart]").forEach(async (box) => {
    try {
      const answer = await fetch(box.dataset.chart);
      if (answer.ok) { draw(box, await answer.json()); }
    } catch { /* the drawing of the server stays */ }
  });
})();
