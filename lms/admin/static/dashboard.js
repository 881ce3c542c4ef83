"use strict";

// Lines differ by dashes and the shapes of their points, bars by their patterns, and each carries its name: colour is
// never the only sign. Colours are those of the stylesheet, also when it turns dark.
const COLOURS = ["--chart-1", "--chart-2"];
const SHAPES = ["circle", "rectRot"];
const ROW = 26;

const style = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const rupees = new Intl.NumberFormat("en-IN", { style: "currency", currency: "INR", maximumFractionDigits: 0 });
const plain = new Intl.NumberFormat("en-IN", { maximumFractionDigits: 2 });

function stripes(colour) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const pen = tile.getContext("2d");
  pen.strokeStyle = colour;
  pen.lineWidth = 2;
  pen.beginPath();
  pen.moveTo(0, 8);
  pen.lineTo(8, 0);
  pen.stroke();
  return pen.createPattern(tile, "repeat");
}

function lineSet(series, place) {
  const colour = style(COLOURS[place]);
  return {
    label: series.name,
    data: series.values,
    borderColor: colour,
    backgroundColor: colour,
    borderDash: place ? [6, 4] : [],
    borderWidth: 2,
    pointStyle: SHAPES[place],
    pointRadius: series.values.length > 60 ? 0 : 3,
    spanGaps: true,
  };
}

function barSet(series, place) {
  const colour = style(COLOURS[place]);
  return {
    label: series.name,
    data: series.values,
    borderColor: colour,
    backgroundColor: place ? stripes(colour) : colour,
    borderWidth: 1,
    pointStyle: "rect",
    maxBarThickness: 18,
  };
}

// The number at the end of each bar.
const directLabels = {
  id: "directLabels",
  afterDatasetsDraw(chart) {
    if (chart.config.type !== "bar") return;
    const pen = chart.ctx;
    pen.save();
    pen.font = "12px system-ui, sans-serif";
    pen.fillStyle = style("--ink");
    pen.textBaseline = "middle";
    chart.data.datasets.forEach((set, place) => {
      chart.getDatasetMeta(place).data.forEach((bar, at) => pen.fillText(plain.format(set.data[at]), bar.x + 4, bar.y));
    });
    pen.restore();
  },
};

function shortened(text) {
  const most = innerWidth < 600 ? 18 : 44;
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function options(given) {
  const bars = given.kind === "bar", ink = style("--ink"), grid = { color: style("--line") };
  const shown = value => (given.money ? rupees : plain).format(value);
  const whole = given.series.every(series => series.values.every(value => Number.isInteger(value ?? 0)));
  const scale = { color: ink, maxTicksLimit: 6, callback: shown, ...(whole && { precision: 0 }) };
  const values = { beginAtZero: true, grace: "8%", grid, ticks: scale };
  const ticks = { color: ink, autoSkip: !bars, autoSkipPadding: 14, maxRotation: 0 };
  if (bars) ticks.callback = place => shortened(given.labels[place]);
  const labels = { grid: { display: false }, ticks };
  return {
    responsive: true,
    maintainAspectRatio: false,
    animation: false,
    indexAxis: bars ? "y" : "x",
    interaction: { mode: "index", axis: bars ? "y" : "x", intersect: false },
    layout: { padding: { right: bars ? 34 : 8 } },
    scales: bars ? { x: values, y: labels } : { x: labels, y: values },
    plugins: {
      legend: { display: given.series.length > 1, labels: { color: ink, usePointStyle: true, boxWidth: 8, boxHeight: 8 } },
      tooltip: { callbacks: { label: item => `${item.dataset.label}: ${shown(item.raw)}` } },
    },
  };
}

function draw(canvas) {
  const given = JSON.parse(canvas.dataset.chart), bars = given.kind === "bar";
  if (bars) canvas.parentElement.style.height = `${(given.labels.length * given.series.length + 2) * ROW}px`;
  const datasets = given.series.map(bars ? barSet : lineSet);
  Chart.getChart(canvas)?.destroy();
  new Chart(canvas, {
    type: given.kind, data: { labels: given.labels, datasets }, options: options(given), plugins: [directLabels],
  });
}

const drawAll = () => document.querySelectorAll("canvas[data-chart]").forEach(draw);

drawAll();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
