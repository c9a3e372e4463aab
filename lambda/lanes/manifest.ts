import { createHash } from "node:crypto";
import type { Entry, Member } from "./ledger/ledger-contents.ts";
import { memberText } from "./ledger/ticket.ts";

/** Where the lists of files go. */
export interface ManifestStore {
  /** Writes it, or finds that it is there already. */
  write(name: string, csv: string): Promise<void>;
  /** The address of a list, before it is written. */
  address(name: string): string;
}

const HEADER = ["bucket", "key", "version_id", "size", "etag", "event_time"];

/**
 * The list of a batch's files: RFC 4180, a row for each event in order of arrival. It is made of the
 * members alone, so a second writer writes the same bytes.
 */
export function manifestCsv(entries: readonly Entry[]): string {
  const rows = entries.map(({ decision, at }) => {
    const { bucket, key, versionId, size, etag, eventTime } = decision.file ?? {};
    return [bucket, key, versionId, size, etag, eventTime ?? new Date(at).toISOString()];
  });
  return [HEADER, ...rows].map(row => `${row.map(csvField).join(",")}\r\n`).join("");
}

/**
 * Its name. The members are part of it, so that the list of another table's batch of this number is
 * never taken for this one's.
 */
export function manifestName(lane: string, batch: number, members: readonly Member[]): string {
  const content = JSON.stringify([lane, batch, members.map(memberText)]);
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 12);
  const readable = lane.replaceAll(/[^\w.-]+/g, "-").slice(0, 60);
  return `${readable}/${String(batch).padStart(10, "0")}-${hash}.csv`;
}

function csvField(value: string | number | undefined): string {
  const text = String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
