/**
 * What about the lines of parameters looks like a mistake and may be none, as sentences. Names are
 * shown, values never.
 */
export function warningsOfLines(entries: readonly (readonly [string, string])[]): string[] {
  const warnings = entries.flatMap(([name, value], index) => {
    const odd = oddName(name) ?? oddValue(name, value, index + 1 < entries.length);
    return odd === undefined ? [] : [odd];
  });
  const values = entries.map(([, value]) => value);
  // The last of three and more may do without, as in a list.
  const ended = values.length > 2 ? values.slice(0, -1) : values;
  const mark = [",", ";"].find(
    sign => ended.length > 1 && ended.every(value => value.endsWith(sign)),
  );
  if (mark !== undefined) {
    warnings.push(
      `every line ends with "${mark}", which is passed on as a part of the value. Write one name=value on each line, without "${mark}".`,
    );
  }
  return warnings;
}

/** Etlworks finds a name in a flow as it is written, capitals included, so both are passed on. */
export function warningsOfNames(parameters: Readonly<Record<string, string>>): string[] {
  const names = new Map<string, string>();
  return Object.keys(parameters).flatMap(name => {
    const small = name.toLowerCase();
    const other = names.get(small);
    names.set(small, name);
    return other === undefined
      ? []
      : [
          `The parameters "${other}" and "${name}" differ only in capitals, and both are passed on. Remove one if they mean the same.`,
        ];
  });
}

/** Also for JSON: an expression that GitHub has not replaced, in a file or in a variable, say. */
export function warningsOfValues(parameters: Readonly<Record<string, string>>): string[] {
  return Object.entries(parameters).flatMap(([name, value]) =>
    value.includes("${{")
      ? [
          `the value of "${name}" contains \${{ … }}, which GitHub replaces in workflow files only. It is passed on as it is.`,
        ]
      : [],
  );
}

/** A name of letters, digits and the signs that are common in names, as other programs write them. */
const USUAL_NAME = /^[\p{L}\p{N}_](?:[\p{L}\p{N}\p{M}_.\-[\]/@#:]*[\p{L}\p{N}\p{M}_\]])?$/u;

function oddName(name: string): string | undefined {
  return USUAL_NAME.test(name)
    ? undefined
    : `the name "${name}" has signs that names seldom have. If they are not meant, write only name=value.`;
}

function oddValue(name: string, value: string, followed: boolean): string | undefined {
  const says = (what: string) => `the value of "${name}" ${what}`;
  if (/^(["'])[\s\S]*\1$/.test(value) && value.length > 1) {
    return says(
      "begins and ends with a quotation mark. Lines need none: both marks are passed on as parts of the value.",
    );
  }
  if (NEXT_PARAMETER.test(value) || PACKED.test(value)) {
    return says(
      `contains what looks like the next name=value. If it is one, write each on its own line ("parameters: |" in YAML, not ">").`,
    );
  }
  if (/\s#\s/.test(value)) {
    return says(
      'contains " # ". Only a whole line can be a comment: this is passed on as a part of the value.',
    );
  }
  if (value.startsWith("=")) return says('begins with "=". Write one "=" between name and value.');
  if (followed && /\s\\$/.test(value)) {
    return says(
      "ends with a backslash, but a line never goes on in the next one. For a value of several lines use a JSON object.",
    );
  }
  return INVISIBLE.test(value)
    ? says("contains an invisible character. If it is not meant, type the value again.")
    : undefined;
}

const NEXT_PARAMETER = /\s[\p{L}_][\p{L}\p{N}_.-]*\s?=/u;

/** `1&b=2`, `1;b=2`: not in an address or a connection string, which have their own signs before. */
const PACKED = /^[^=?;&,:]*[;&,]\s?[\p{L}_][\p{L}\p{N}_.-]*\s?=/u;

const INVISIBLE = /[^\P{Cc}\t]|\p{Bidi_Control}|[\u00ad\u200b\u2028\u2029\u2060\ufeff]/u;
