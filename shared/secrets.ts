/**
 * The secrets of one run: everything that is told here is masked by the host before its first use
 * and cut out of every text that comes from outside.
 */
export interface Secrets {
  /** Registers a secret in all its forms. Call it before the secret is used for anything. */
  readonly add: (secret: string) => void;
  /** Replaces every form of every known secret by `***`. */
  readonly redact: (text: string) => string;
}

/** Shorter texts would blank out half of every log, and protect nobody. */
const MIN_SECRET = 4;

export function createSecrets(onForm: (form: string) => void): Secrets {
  const forms = new Set<string>();
  return {
    add(secret) {
      for (const form of secretForms(secret)) {
        if (forms.has(form)) continue;
        forms.add(form);
        onForm(form);
      }
    },
    redact(text) {
      // Longest first: a form that holds another one must go as a whole.
      const ordered = [...forms].toSorted((one, other) => other.length - one.length);
      return ordered.reduce((left, form) => left.replaceAll(form, "***"), text);
    },
  };
}

/**
 * The shapes in which a secret turns up elsewhere: as it is, URL-encoded, inside JSON, and in
 * base64 (at each of the three offsets, since the text before it shifts the letters).
 * https://docs.github.com/actions/security-guides asks to register every transformed value.
 */
export function secretForms(secret: string): string[] {
  const forms = new Set([
    secret,
    secret.trim(),
    encodeURIComponent(secret.toWellFormed()),
    new URLSearchParams([["", secret]]).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
    ...base64Forms(secret),
  ]);
  return [...forms].filter(form => form.length >= MIN_SECRET);
}

function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret, "utf8");
  const forms = [bytes.toString("base64"), bytes.toString("base64url")];
  // Only letters that depend on the secret alone: whole groups of three bytes.
  if (bytes.length >= 8) {
    for (const offset of [0, 1, 2]) {
      const start = (3 - offset) % 3;
      const whole = Math.floor((bytes.length - start) / 3) * 3;
      const middle = bytes.subarray(start, start + whole);
      forms.push(middle.toString("base64"), middle.toString("base64url"));
    }
  }
  return forms;
}
