import { withoutInvisible } from "./invisible-characters.ts";

/** Shorter texts would blank out half of every log, and protect nobody. */
const MIN_SECRET = 4;

/**
 * The shapes in which a secret turns up elsewhere: as it is, percent-encoded, inside JSON or HTML,
 * and in base64 (at each of the three offsets, since the text before it shifts the letters).
 * https://docs.github.com/actions/security-guides asks to register every transformed value.
 */
export function secretForms(secret: string): string[] {
  const forms = new Set([
    secret,
    secret.trim(),
    secret.normalize("NFC"),
    secret.normalize("NFD"),
    ...linesOf(secret),
    withoutInvisible(secret),
    ...percentForms(secret),
    ...jsonForms(secret),
    ...htmlForms(secret),
    ...base64Forms(secret),
    ...hexForms(secret),
  ]);
  return [...forms].filter(form => form.length >= MIN_SECRET);
}

/** Where lines are printed one by one, no mask for the whole applies. */
function linesOf(secret: string): string[] {
  return secret.split(/[\r\n]+/).map(line => line.trim());
}

/** Encoders differ in which signs they leave, in the blank, and in the case of the digits. */
function percentForms(secret: string): string[] {
  const usual = encodeURIComponent(secret.toWellFormed());
  const strict = usual.replace(
    /[!'()*]/g,
    sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const field = new URLSearchParams([["", secret]]).toString().slice(1);
  const forms = [usual, strict, field, field.replaceAll("+", "%20")];
  const small = forms.map(form => form.replace(/%[0-9A-F]{2}/g, code => code.toLowerCase()));
  return [...forms, ...small, encodeURIComponent(usual)];
}

/** JSON may write any letter as an escape; these are the writers in use. */
function jsonForms(secret: string): string[] {
  const usual = JSON.stringify(secret).slice(1, -1);
  const ascii = escaped(usual, /[^\0-\u007f]/g);
  return [
    usual,
    usual.replaceAll("/", "\\/"),
    ascii,
    ascii.replaceAll("/", "\\/"),
    escaped(usual, /[<>&='\u2028\u2029]/g),
    // JSON in a string of JSON.
    JSON.stringify(usual).slice(1, -1),
  ];
}

function escaped(text: string, signs: RegExp): string {
  return text.replace(signs, sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The entities of the common escapers, which differ in the quotes. */
function htmlForms(secret: string): string[] {
  const basic = secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const quotes = [
    ["&quot;", "&#39;"],
    ["&quot;", "&#x27;"],
    ["&quot;", "&#039;"],
    ["&quot;", "&apos;"],
    ["&quot;", "'"],
    ["&#34;", "&#39;"],
  ] as const;
  const forms = quotes.map(([double, single]) =>
    basic.replaceAll('"', double).replaceAll("'", single),
  );
  const numbered = secret.replace(/[^\w\s.,:;!?-]/gu, sign => `&#${sign.codePointAt(0) ?? 0};`);
  const [first = basic, second = basic] = forms;
  const templates = second
    .replaceAll("/", "&#x2F;")
    .replaceAll("`", "&#x60;")
    .replaceAll("=", "&#x3D;");
  return [basic, ...forms, templates, numbered, first.replaceAll("&", "&amp;")];
}

/** Of a short one they could be a number: masked, it would tear ids and times apart. */
function hexForms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  if (bytes.length < 8) return [];
  const form = bytes.toString("hex");
  return [form, form.toUpperCase()];
}

function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
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
