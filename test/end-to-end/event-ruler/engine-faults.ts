/**
 * Where AWS's engine errs (seen in 2.1.0). It keeps all that one field is compared with, in all
 * branches of `$or`, in one automaton, and some things in it get in each other's way.
 */
export interface EngineFault {
  readonly reason: string;
  /** What the engine says then, where AWS's guide says otherwise. */
  readonly answers: "true" | "false" | "refused";
}

/** The faults that a pattern can run into. */
export function engineFaultsIn(pattern: unknown): readonly EngineFault[] {
  const faults: EngineFault[] = [];
  const branches = branchesOf(pattern, "", [new Map()]);
  const byName = new Map<string, unknown[]>();
  for (const branch of branches) {
    for (const [name, values] of branch) {
      byName.set(name, [...(byName.get(name) ?? []), ...values]);
    }
  }
  for (const values of byName.values()) {
    if (values.some(hasNumber) && values.some(hasAddress)) {
      const reason = "with a number in a field's list, numbers are not read as address digits";
      faults.push({ reason, answers: "false" });
    }
    if (values.some(hasAddress) && values.some(holdsAddressDigits)) {
      const reason =
        "beside an address, an event's address is equal to the number its digits spell";
      faults.push({ reason, answers: "true" });
    }
    if (values.some(hasLeadingWildcard) && values.some(hasSeveralForms)) {
      const reason = "beside a wildcard that begins with *, texts match in a case they do not have";
      faults.push({ reason, answers: "true" }, { reason, answers: "false" });
    }
    if (values.some(value => operand(value, "suffix") === "")) {
      const reason = "an empty suffix matches one number in 128";
      faults.push({ reason, answers: "true" });
    }
    if (values.some(ignoresCaseBeyond)) {
      const reason = "the case of a character beyond U+FFFF is not ignored";
      faults.push({ reason, answers: "false" }, { reason, answers: "true" });
      faults.push({ reason, answers: "refused" });
    }
  }
  if (branches.some((branch, index) => branches.slice(0, index).some(one => twins(one, branch)))) {
    const reason = "of two branches that share a value in each field, one is forgotten";
    faults.push({ reason, answers: "false" });
  }
  return faults;
}

type Branch = ReadonlyMap<string, readonly unknown[]>;

function branchesOf(pattern: unknown, path: string, before: readonly Branch[]): readonly Branch[] {
  if (!isRecord(pattern)) return before;
  let branches = before;
  for (const [name, value] of Object.entries(pattern)) {
    const inner = path === "" ? name : `${path}.${name}`;
    if (name === "$or" && Array.isArray(value)) {
      const all = branches;
      branches = value.flatMap(choice => branchesOf(choice, path, all));
    } else if (Array.isArray(value)) {
      branches = branches.map(branch => new Map([...branch, [inner, value]]));
    } else {
      branches = branchesOf(value, inner, branches);
    }
  }
  return branches;
}

function twins(one: Branch, other: Branch): boolean {
  if (one.size !== other.size) return false;
  for (const [name, values] of one) {
    const texts = new Set(values.map(value => JSON.stringify(value)));
    if (other.get(name)?.some(value => texts.has(JSON.stringify(value))) !== true) return false;
  }
  return true;
}

function hasNumber(value: unknown): boolean {
  if (typeof value === "number" || operand(value, "numeric") !== undefined) return true;
  return listOf(operand(value, "anything-but")).some(item => typeof item === "number");
}

function hasAddress(value: unknown): boolean {
  const looksLikeOne =
    typeof value === "string" && /^[\d.]{7,15}$|^[\da-f:]*:[\da-f:]*$/i.test(value);
  return looksLikeOne || operand(value, "cidr") !== undefined;
}

/** The engine writes an address as 8 or 32 hexadecimal digits: 16.0.0.0 becomes 10000000. */
function holdsAddressDigits(value: unknown): boolean {
  return typeof value === "number" && /^(\d{8}|\d{32})$/.test(String(value));
}

function hasLeadingWildcard(value: unknown): boolean {
  const texts = [value, operand(value, "anything-but")].flatMap(one =>
    listOf(operand(one, "wildcard")),
  );
  return texts.some(text => typeof text === "string" && text.startsWith("*"));
}

/** Texts that the engine stores in several forms: ignoring case, and suffixes beyond ASCII. */
function hasSeveralForms(value: unknown): boolean {
  if (ignoredCases(value).length > 0) return true;
  const suffixes = [value, operand(value, "anything-but")].flatMap(one =>
    listOf(operand(one, "suffix")),
  );
  return suffixes.some(text => typeof text === "string" && /[^\0-\x7f]/.test(text));
}

function ignoresCaseBeyond(value: unknown): boolean {
  return ignoredCases(value).some(
    text => typeof text === "string" && /[\u{10000}-\u{10ffff}]/u.test(text),
  );
}

function ignoredCases(value: unknown): readonly unknown[] {
  return [value, ...["anything-but", "prefix", "suffix"].map(name => operand(value, name))].flatMap(
    one => listOf(operand(one, "equals-ignore-case")),
  );
}

function operand(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
