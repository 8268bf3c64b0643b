// Checks an Ed25519 signature where the browser cannot: RFC 8032, 5.1.7, and SHA-512 as FIPS 180-4 has it.
// Only public things pass through here, so nothing is done to take the same time for every input.
// As strict as the site's own library: S below the order of the group, R in its one spelling, [S]B = R + [k]A without
// the cofactor. A key is asked for more than that: one of small order would make one signature fit many texts.

const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const mod = (a, by = P) => (a % by + by) % by;

function power(base, exponent) {
  let result = 1n;
  for (; exponent; exponent >>= 1n, base = (base * base) % P) if (exponent & 1n) result = (result * base) % P;
  return result;
}

const inverse = (a) => power(mod(a), P - 2n);
const D = mod(-121665n * inverse(121666n));
const ROOT_OF_MINUS_1 = power(2n, (P - 1n) / 4n);
const NEUTRAL = [0n, 1n, 1n, 0n]; // a point is X, Y, Z, T with x = X/Z, y = Y/Z, x·y = T/Z

// Both formulas are those of RFC 8032, 5.1.4; signs of the values in between do not matter.
function add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = ((y1 - x1) * (y2 - x2)) % P, b = ((y1 + x1) * (y2 + x2)) % P;
  const c = (((2n * D * t1) % P) * t2) % P, d = (2n * z1 * z2) % P;
  const e = b - a, f = d - c, g = d + c, h = b + a;
  return [(e * f) % P, (g * h) % P, (f * g) % P, (e * h) % P];
}

function double([x, y, z]) {
  const a = (x * x) % P, b = (y * y) % P, c = (2n * z * z) % P;
  const h = a + b, e = h - (((x + y) * (x + y)) % P), g = a - b, f = c + g;
  return [(e * f) % P, (g * h) % P, (f * g) % P, (e * h) % P];
}

const negative = ([x, y, z, t]) => [-x, y, z, -t];
const isNeutral = ([x, y, z]) => mod(x) === 0n && mod(y - z) === 0n;
const isSmall = (point) => isNeutral(double(double(double(point))));

const number = (bytes) => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n); // little-endian

function readPoint(bytes) {
  const whole = number(bytes), sign = whole >> 255n, y = whole & (2n ** 255n - 1n);
  if (y >= P) return null;
  const u = mod(y * y - 1n), v = mod(D * y * y + 1n);
  const v3 = (v * v * v) % P;
  let x = (u * v3 * power((u * v3 * v3 * v) % P, (P - 5n) / 8n)) % P;
  if (mod(v * x * x - u) !== 0n) x = (x * ROOT_OF_MINUS_1) % P;
  if (mod(v * x * x - u) !== 0n || (x === 0n && sign)) return null;
  if ((x & 1n) !== sign) x = P - x;
  return [x, y, 1n, (x * y) % P];
}

const BASE = readPoint([0x58, ...new Array(31).fill(0x66)]); // y = 4/5, x even

// A public key as a point, or nothing where no honest key has these bytes; asked before the browser's own check, too.
function readKey(bytes) {
  const key = bytes.length === 32 ? readPoint(bytes) : null;
  return key && !isSmall(key) ? key : null;
}

function signatureFits(publicKey, signature, message) {
  if (signature.length !== 64) return false;
  const s = number(signature.subarray(32));
  const key = readKey(publicKey), r = readPoint(signature.subarray(0, 32));
  if (s >= ORDER || !key || !r) return false;
  const k = mod(number(sha512([...signature.subarray(0, 32), ...publicKey, ...message])), ORDER);
  // [S]B - [k]A in one pass over the bits of both numbers.
  const minus = negative(key), sums = [null, BASE, minus, add(BASE, minus)];
  let sum = NEUTRAL;
  for (let bit = 252n; bit >= 0n; bit -= 1n) {
    sum = double(sum);
    const both = Number(((s >> bit) & 1n) | (((k >> bit) & 1n) << 1n));
    if (both) sum = add(sum, sums[both]);
  }
  return isNeutral(add(sum, negative(r)));
}

const WORD = (1n << 64n) - 1n;
const ROUNDS = [];
const START = [];

function root(a, of) {
  let low = 0n, high = 1n << 80n;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle ** of <= a) low = middle;
    else high = middle;
  }
  return low;
}

// The constants of SHA-512 are 64 bits after the point of the cube and square roots of the first primes.
for (let candidate = 2; ROUNDS.length < 80; candidate += 1) {
  let divisor = 2;
  while (candidate % divisor) divisor += 1;
  if (divisor !== candidate) continue;
  const prime = BigInt(candidate);
  ROUNDS.push(root(prime << 192n, 3n) & WORD);
  if (START.length < 8) START.push(root(prime << 128n, 2n) & WORD);
}

const turn = (x, by) => (x >> by) | ((x << (64n - by)) & WORD);

function sha512(message) {
  const bits = BigInt(message.length) * 8n;
  const bytes = [...message, 0x80];
  while (bytes.length % 128 !== 112) bytes.push(0);
  for (let shift = 120n; shift >= 0n; shift -= 8n) bytes.push(Number((bits >> shift) & 255n));
  const state = [...START];
  for (let at = 0; at < bytes.length; at += 128) {
    const w = [];
    for (let i = 0; i < 16; i += 1) {
      w.push(bytes.slice(at + i * 8, at + i * 8 + 8).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n));
    }
    for (let i = 16; i < 80; i += 1) {
      const x = w[i - 15], y = w[i - 2];
      const low = turn(x, 1n) ^ turn(x, 8n) ^ (x >> 7n), high = turn(y, 19n) ^ turn(y, 61n) ^ (y >> 6n);
      w.push((w[i - 16] + low + w[i - 7] + high) & WORD);
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 80; i += 1) {
      const one = turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n), two = turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n);
      const first = h + one + ((e & f) ^ ((e ^ WORD) & g)) + ROUNDS[i] + w[i];
      const second = two + ((a & b) ^ (a & c) ^ (b & c));
      [a, b, c, d, e, f, g, h] = [(first + second) & WORD, a, b, c, (d + first) & WORD, e, f, g];
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => (state[i] = (state[i] + value) & WORD));
  }
  return Uint8Array.from(state.flatMap((value) => {
    const eight = [];
    for (let shift = 56n; shift >= 0n; shift -= 8n) eight.push(Number((value >> shift) & 255n));
    return eight;
  }));
}
