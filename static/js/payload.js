// Reads the payload of a certificate, for the check page (verify.js) and for the saved checker (static/checker/).
// The law is toolkit/rules/certificate_payload.py: what it refuses is refused here too, so that a statement has one
// spelling only. Signatures are not checked here.

const LAYOUT = 1;
const HEAD_BYTES = 18;
const SIGNATURE_BYTES = 64;
const MAX_PAYLOAD_BYTES = 240;
const MAX_TEXT_SIGNS = 320;
const MAX_NAME_SIGNS = 60;
const FIRST_DAY = Date.UTC(2020, 0, 1);
const DAY_MS = 86400000;
const CODE_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const KEY_SIGNS = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;

function fromBase64url(text) {
  if (!/^[A-Za-z0-9_-]+$/.test(text) || text.length > MAX_TEXT_SIGNS) return null;
  try {
    const raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    // Only one spelling counts: bits that base64 leaves over must be zero.
    const again = btoa(raw).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
    return again === text ? Uint8Array.from(raw, (sign) => sign.charCodeAt(0)) : null;
  } catch {
    return null;
  }
}

function readCode(bytes) {
  let number = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  if (number >> 60n) return null;
  let code = "";
  for (let sign = 0; sign < 12; sign += 1, number >>= 5n) code = CODE_SIGNS[Number(number & 31n)] + code;
  return code;
}

const showCode = (code) => code.replace(/(.{4})(?=.)/g, "$1-");

const isKey = (text, limit) => text.length <= limit && KEY_SIGNS.test(text);

function isName(name, utf16) {
  const eight = new TextEncoder().encode(name).length;
  const sixteen = name.length * 2;
  const signs = [...name].length;
  return signs > 0 && signs <= MAX_NAME_SIGNS && name === name.normalize("NFC") && !UNPRINTABLE.test(name)
    && utf16 === sixteen < eight && Math.min(eight, sixteen) <= 2 * MAX_NAME_SIGNS;
}

function decode(text) {
  const raw = fromBase64url(text);
  if (!raw || raw.length <= HEAD_BYTES + SIGNATURE_BYTES || raw.length > MAX_PAYLOAD_BYTES) return null;
  if (raw[0] !== LAYOUT || raw[1] > 3) return null;
  const signed = raw.subarray(0, -SIGNATURE_BYTES);
  const parts = [];
  let at = HEAD_BYTES;
  while (at < signed.length) {
    parts.push(signed.subarray(at + 1, at + 1 + signed[at]));
    at += 1 + signed[at];
  }
  const code = readCode(signed.subarray(6, 14));
  if (at !== signed.length || parts.length !== 4 || !code) return null;
  try {
    const read = (part, as) => new TextDecoder(as, { fatal: true, ignoreBOM: true }).decode(part);
    const [language, course, version] = parts.slice(0, 3).map((part) => read(part, "utf-8"));
    const name = read(parts[3], raw[1] & 2 ? "utf-16be" : "utf-8");
    if (!isKey(language, 8) || !isKey(course, 16) || !isKey(version, 10) || !isName(name, raw[1] > 1)) return null;
    return {
      signed, signature: raw.subarray(-SIGNATURE_BYTES), trial: Boolean(raw[1] & 1),
      kid: Array.from(signed.subarray(2, 6), (byte) => byte.toString(16).padStart(2, "0")).join(""),
      day: new Date(FIRST_DAY + (signed[14] * 256 + signed[15]) * DAY_MS),
      code, minutes: signed[16] * 256 + signed[17], language, course, version, name,
    };
  } catch {
    return null;
  }
}
