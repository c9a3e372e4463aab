/** `s3://bucket/folder`, read: where lists of files go. */
export interface ManifestPlace {
  readonly bucket: string;
  /** Empty, or with a slash at its end. */
  readonly folder: string;
}

/** Undefined when the text is no such address. */
export function parseManifestPlace(text: string): ManifestPlace | undefined {
  const parts = /^s3:\/\/(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(?<folder>.*))?$/.exec(
    text,
  )?.groups;
  if (parts?.["bucket"] === undefined) return undefined;
  const folder = (parts["folder"] ?? "").replace(/\/+$/, "");
  return { bucket: parts["bucket"], folder: folder === "" ? "" : `${folder}/` };
}

export function manifestAddress({ bucket, folder }: ManifestPlace, name: string): string {
  return `s3://${bucket}/${folder}${name}`;
}
