import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { type PageReport, parsePageReport } from "./page.ts";

const run = promisify(execFile);

/** CSS pixels; about what the summary has on GitHub. */
const WIDTH = 860;

/** Opens a page in headless Chromium, reads its report and takes a picture of all of it. */
export async function takePicture(
  page: string,
  picture: string,
  chromium = "chromium",
): Promise<PageReport> {
  const folder = await mkdtemp(join(tmpdir(), "etlworks-picture-"));
  try {
    const file = join(folder, "page.html");
    await writeFile(file, page);
    const open = async (height: number, ...more: readonly string[]) => {
      const { stdout } = await run(
        chromium,
        [
          ...SWITCHES,
          `--user-data-dir=${join(folder, "profile")}`,
          `--window-size=${WIDTH},${height}`,
          ...more,
          pathToFileURL(file).href,
        ],
        { maxBuffer: 64 * 1024 * 1024, timeout: 60_000 },
      );
      return stdout;
    };
    const report = readReport(await open(1_000, "--dump-dom"));
    await open(report.height, `--screenshot=${picture}`);
    return report;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** No network, no first-run pages; time goes as fast as the page allows. */
const SWITCHES = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--host-resolver-rules=MAP * ~NOTFOUND",
  "--no-first-run",
  "--hide-scrollbars",
  "--force-device-scale-factor=2",
  "--virtual-time-budget=10000",
];

function readReport(dom: string): PageReport {
  const [, attribute] = /<html[^>]* data-report="([^"]*)"/.exec(dom) ?? [];
  if (attribute === undefined) throw new Error(`The page never finished:\n${dom.slice(-2_000)}`);
  const text = attribute
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
  return parsePageReport(JSON.parse(text));
}
