/** One line of the picture: its cost at each length, as a share of the best fixed interval. */
export interface Curve {
  readonly name: string;
  readonly kind: "ours" | "ours-plain" | "optimum" | "peer";
  readonly points: readonly { readonly length: number; readonly share: number }[];
}

/**
 * Draws cost against run length, both logarithmic, as an SVG that brings its own background and
 * follows the reader's colour scheme, so that it is readable wherever it is shown.
 */
export function picture(curves: readonly Curve[], title: string, subtitle: string): string {
  const labels = spreadOut(curves.map(curve => ({ curve, y: y(curve.points.at(-1)?.share ?? 1) })));
  const peers = curves.filter(curve => curve.kind === "peer").map(curve => curve.name);
  const style = (curve: Curve) =>
    curve.kind === "peer" ? `peer peer${peers.indexOf(curve.name)}` : curve.kind;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description" font-family="system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif">
<title id="title">${title}</title>
<desc id="description">${subtitle}</desc>
<style>${css(peers.length)}</style>
<rect class="ground" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
<text class="title" x="${plot.left}" y="32">${title}</text>
<text class="quiet" x="${plot.left}" y="53">${subtitle}</text>
${shares.map(gridLine).join("\n")}
${lengthTicks.map(tick).join("\n")}
<text class="quiet" x="${(plot.left + plot.right) / 2}" y="${height - 14}" text-anchor="middle">length of the run</text>
${curves
  .toSorted((one, other) => rank(one) - rank(other))
  .map(curve => `<polyline class="line ${style(curve)}" points="${points(curve)}"/>`)
  .join("\n")}
${labels
  .map(
    ({ curve, y: from, label }) =>
      `<path class="leader ${style(curve)}-leader" d="M${plot.right + 2} ${from.toFixed(1)}L${plot.right + 14} ${label.toFixed(1)}"/><text class="name ${style(curve)}-name" x="${plot.right + 18}" y="${(label + 4).toFixed(1)}">${curve.name}</text>`,
  )
  .join("\n")}
</svg>
`;
}

const width = 880;
const height = 500;
const plot = { left: 64, right: 730, top: 76, bottom: 440 } as const;
const shares = [0.25, 0.5, 1, 2, 4, 8, 16];
const shareRange = [0.25, 20] as const;
const lengthRange = [3, 28_800] as const;
const lengthTicks = [
  [3, "3 s"],
  [10, "10 s"],
  [30, "30 s"],
  [60, "1 min"],
  [180, "3 min"],
  [600, "10 min"],
  [1_800, "30 min"],
  [3_600, "1 h"],
  [10_800, "3 h"],
  [28_800, "8 h"],
] as const;

function x(length: number): number {
  return plot.left + position(length, lengthRange) * (plot.right - plot.left);
}

function y(share: number): number {
  return plot.bottom - position(share, shareRange) * (plot.bottom - plot.top);
}

function position(value: number, [low, high]: readonly [number, number]): number {
  const clipped = Math.min(high, Math.max(low, value));
  return Math.log(clipped / low) / Math.log(high / low);
}

function points(curve: Curve): string {
  return curve.points
    .map(({ length, share }) => `${x(length).toFixed(1)},${y(share).toFixed(1)}`)
    .join(" ");
}

function gridLine(share: number): string {
  const at = y(share).toFixed(1);
  const weight = share === 1 ? "grid one" : "grid";
  return `<path class="${weight}" d="M${plot.left} ${at}H${plot.right}"/><text class="quiet" x="${plot.left - 8}" y="${y(share) + 4}" text-anchor="end">× ${share}</text>`;
}

function tick([length, name]: readonly [number, string]): string {
  const at = x(length).toFixed(1);
  return `<path class="grid" d="M${at} ${plot.bottom}v5"/><text class="quiet" x="${at}" y="${plot.bottom + 20}" text-anchor="middle">${name}</text>`;
}

/** What matters is drawn last, on top. */
function rank(curve: Curve): number {
  return ["peer", "optimum", "ours-plain", "ours"].indexOf(curve.kind);
}

/** Moves labels apart until none covers another. */
function spreadOut<Label extends { readonly y: number }>(
  labels: readonly Label[],
): (Label & { label: number })[] {
  const placed = labels
    .toSorted((one, other) => one.y - other.y)
    .map(label => ({ ...label, label: label.y }));
  for (let round = 0; round < 200; round += 1) {
    for (const [index, lower] of placed.entries()) {
      const upper = placed[index - 1];
      const overlap = upper === undefined ? 0 : upper.label + 17 - lower.label;
      if (upper === undefined || overlap <= 0) continue;
      upper.label -= overlap / 2;
      lower.label += overlap / 2;
    }
  }
  return placed;
}

function css(peers: number): string {
  const light = ["#a40e26", "#bc4c00", "#9a6700", "#1a7f37", "#8250df", "#57606a"];
  const dark = ["#ff7b72", "#ffa657", "#e3b341", "#56d364", "#d2a8ff", "#8b949e"];
  const colours = (list: readonly string[]) =>
    list
      .slice(0, peers)
      .map(
        (colour, index) =>
          `.peer${index},.peer${index}-leader{stroke:${colour}}.peer${index}-name{fill:${colour}}`,
      )
      .join("");
  return [
    ".ground{fill:#fff;stroke:#d0d7de}text{fill:#1f2328;font-size:13px}",
    ".title{font-size:17px;font-weight:600}.quiet{fill:#59636e;font-size:12px}",
    ".grid{stroke:#d0d7de;fill:none}.one{stroke:#818b98}.leader{stroke:#818b98;fill:none}",
    ".line{fill:none;stroke-width:1.6;stroke-linejoin:round}",
    ".ours{stroke:#0969da;stroke-width:4}.ours-name{font-weight:700}",
    ".ours-name,.ours-plain-name{fill:#0969da}",
    ".ours-plain{stroke:#0969da;stroke-width:2.2;stroke-dasharray:7 4}",
    ".optimum{stroke:#1f2328;stroke-width:2;stroke-dasharray:2 4}",
    colours(light),
    "@media (prefers-color-scheme:dark){",
    ".ground{fill:#0d1117;stroke:#3d444d}text{fill:#f0f6fc}.quiet{fill:#9198a1}",
    ".grid{stroke:#3d444d}.one,.leader{stroke:#656c76}",
    ".ours,.ours-plain{stroke:#4493f8}.optimum{stroke:#f0f6fc}",
    ".ours-name,.ours-plain-name{fill:#4493f8}",
    colours(dark),
    "}",
  ].join("");
}
