"use strict";
// Checks a certificate file, or its twin alone, with what this page carries. Sends nothing anywhere.

const KNOWN = JSON.parse(document.getElementById("known").textContent);
const HALF_ORDER = 0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8n;
// Not TextDecoder: what it calls latin1 is windows-1252, in which some bytes are other characters.
const text = (bytes) => {
  let out = "";
  for (let i = 0; i < bytes.length; i += 8192) out += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return out;
};
const bytesOf = (latin1) => Uint8Array.from(latin1, (c) => c.charCodeAt(0));
const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

class Refused extends Error {}
class Unanswered extends Error {}

function base64url(word) {
  if (!/^[A-Za-z0-9_-]*$/.test(word)) throw new Refused("base64url");
  const raw = bytesOf(atob(word.replaceAll("-", "+").replaceAll("_", "/")));
  const again = btoa(text(raw)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  if (again !== word) throw new Refused("base64url with stray bits");
  return raw;
}

async function inflated(bytes, form) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(form));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function verifies(seal, signature, signed) {
  const s = BigInt("0x" + hex(signature.slice(32)));
  if (signature.length !== 64 || s > HALF_ORDER) return false;
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  const key = await crypto.subtle.importKey("jwk", seal.key, curve, false, ["verify"]);
  return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, signed);
}

// Which of our seals signed this, or none. A seal that is not trusted any more signs nothing.
async function sealOf(signature, signed, at) {
  for (const seal of KNOWN.seals) {
    if (!(await verifies(seal, signature, signed))) continue;
    if (seal.revoked) throw new Refused("revoked");
    if (at < new Date(seal.not_before) || at > new Date(seal.not_after)) throw new Refused("expired");
    return seal;
  }
  return null;
}

async function said(token, at) {
  const parts = token.split(".");
  if (parts.length !== 3) throw new Refused("no token");
  const [header, body] = parts.slice(0, 2).map((part) => JSON.parse(new TextDecoder().decode(base64url(part))));
  if (header.alg !== "ES256" || header.typ !== "vc+jwt") throw new Refused("another kind");
  const signed = bytesOf(`${parts[0]}.${parts[1]}`);
  if (!(await sealOf(base64url(parts[2]), signed, at))) throw new Refused("not our seal");
  return body;
}

// DER: tag, then what is inside, then where it ends.
function element(bytes, at) {
  let length = bytes[at + 1];
  let start = at + 2;
  if (length >= 0x80) {
    const count = length & 0x7f;
    if (count === 0 || count > 4) throw new Refused("DER");
    length = 0;
    for (let i = 0; i < count; i += 1) length = length * 256 + bytes[start + i];
    start += count;
  }
  const end = start + length;
  if (!(end <= bytes.length)) throw new Refused("DER");
  return { tag: bytes[at], at, start, end, inside: bytes.slice(start, end), whole: bytes.slice(at, end) };
}

function elements(bytes) {
  const found = [];
  for (let at = 0; at < bytes.length; at = found.at(-1).end) found.push(element(bytes, at));
  return found;
}

function plainSignature(der) {
  const numbers = elements(element(der, 0).inside).map((each) => each.inside);
  if (numbers.length !== 2) throw new Refused("signature");
  const out = new Uint8Array(64);
  numbers.forEach((number, place) => {
    const short = number.slice(Math.max(0, number.findIndex((byte) => byte !== 0)));
    if (short.length > 32) throw new Refused("signature");
    out.set(short, 32 * place + 32 - short.length);
  });
  return out;
}

// One signature over the whole file, by one of our seals, and nothing before, after or between.
async function untouched(file, at) {
  const written = text(file);
  const ranges = [...written.matchAll(/\/ByteRange \[ ?0 (\d+) (\d+) (\d+) ?\]/g)];
  if (!written.startsWith("%PDF-") || !/%%EOF\r?\n?$/.test(written)) return false;
  if (ranges.length !== 1 || written.split("/ByteRange").length !== 2) return false;
  const [first, second, rest] = ranges[0].slice(1).map(Number);
  if (second + rest !== file.length || second <= first) return false;
  const gap = written.slice(first, second);
  if (!/^<(?:(?:[0-9A-F]{2})+|(?:[0-9a-f]{2})+)>$/.test(gap)) return false;
  const raw = Uint8Array.from(gap.slice(1, -1).match(/../g), (pair) => parseInt(pair, 16));
  const outer = element(raw, 0);
  if (raw.slice(outer.end).some((byte) => byte !== 0)) return false;
  const content = elements(element(elements(outer.inside)[1].inside, 0).inside);
  const signers = elements(content.at(-1).inside);
  if (content.at(-1).tag !== 0x31 || signers.length !== 1) return false;
  // The signature does not cover what is enclosed beside it: only certificates we know belong there.
  const enclosed = content.filter((each) => each.tag === 0xa0).flatMap((each) => elements(each.inside));
  for (const certificate of enclosed) {
    if (!KNOWN.certificates.includes(hex(await sha256(certificate.whole)))) return false;
  }
  const signer = elements(signers[0].inside);
  const attributes = signer.find((each) => each.tag === 0xa0);
  // Beside the value a time-stamp may stand (id-aa-signatureTimeStampToken), and nothing else.
  const beside = signer.filter((each) => each.tag === 0xa1).flatMap((each) => elements(each.inside));
  const names = beside.map((each) => hex(elements(each.inside)[0].inside));
  if (names.length > 1 || names.some((name) => name !== "2a864886f70d010910020e")) return false;
  const value = signer.findLast((each) => each.tag === 0x04);
  if (!attributes || !value) return false;
  const digests = elements(attributes.inside)
    .map((each) => elements(each.inside))
    .filter(([name]) => hex(name.inside) === "2a864886f70d010904");
  if (digests.length !== 1) return false;
  const covered = new Uint8Array(first + rest);
  covered.set(file.slice(0, first));
  covered.set(file.slice(second), first);
  const digest = element(digests[0][1].inside, 0).inside;
  if (hex(digest) !== hex(await sha256(covered))) return false;
  const signed = attributes.whole.slice();
  signed[0] = 0x31;
  return Boolean(await sealOf(plainSignature(value.inside), signed, at));
}

async function attached(file) {
  const written = text(file);
  for (const found of written.matchAll(/\/Type ?\/EmbeddedFile/g)) {
    const opens = written.lastIndexOf("obj", found.index);
    const begins = /stream\r?\n/g;
    begins.lastIndex = found.index;
    const start = begins.exec(written);
    const ends = start ? written.indexOf("endstream", begins.lastIndex) : -1;
    if (opens < 0 || ends < 0) continue;
    const dictionary = written.slice(opens, start.index);
    const length = /\/Length (\d+)(?! \d+ R)/.exec(dictionary);
    const stop = length ? begins.lastIndex + Number(length[1]) : ends;
    const raw = file.slice(begins.lastIndex, stop);
    return text(/FlateDecode/.test(dictionary) ? await inflated(raw, "deflate") : raw).trim();
  }
  return null;
}

// Whether neither list that this page carries has the bit of this certificate set.
async function good(twin) {
  const packed = new Date(KNOWN.made_at);
  if (new Date(twin.validFrom) > packed) throw new Unanswered("newer-than-page");
  if (!Array.isArray(twin.credentialStatus) || twin.credentialStatus.length === 0) return false;
  for (const entry of twin.credentialStatus) {
    const token = KNOWN.lists[entry.statusListCredential];
    if (!token) throw new Unanswered("newer-than-page");
    const list = await said(token, packed);
    const subject = list.credentialSubject;
    if (list.id !== entry.statusListCredential) return false;
    if (subject.statusPurpose !== entry.statusPurpose || subject.encodedList[0] !== "u") return false;
    const bits = await inflated(base64url(subject.encodedList.slice(1)), "gzip");
    const place = Number(entry.statusListIndex);
    if (!Number.isInteger(place) || place < 0 || place >= bits.length * 8) return false;
    if (bits[place >> 3] & (0x80 >> place % 8)) return false;
  }
  return true;
}

async function ask(question) {
  try {
    return (await question()) ? "passed" : "failed";
  } catch (error) {
    return error instanceof Unanswered ? "not-checked" : "failed";
  }
}

// The checks of one file, the twin it holds, and one of three verdicts.
async function judge(file, at) {
  const checks = [];
  const add = async (code, question) => {
    const outcome = await ask(question);
    checks.push([code, outcome]);
    return outcome === "passed";
  };
  let token = text(file).trim();
  let twin = null;
  let whole = true;
  if (token.startsWith("%PDF-") || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) {
    whole = await add("unchanged", () => untouched(file, at));
    token = whole ? await attached(file) : null;
  }
  if (whole && token === null) {
    checks.push(["no-twin", "not-checked"]);
  } else if (whole) {
    const sealed = await add("twin-sealed", async () => {
      twin = await said(token, at);
      return typeof twin.credentialSubject.licenseNumber === "string";
    });
    if (sealed) {
      await add("not-expired", () => !twin.validUntil || at <= new Date(twin.validUntil));
      await add("status-in-pack", () => good(twin));
    }
  }
  const outcomes = checks.map(([, outcome]) => outcome);
  let verdict = outcomes.includes("not-checked") ? "undetermined" : "valid";
  if (outcomes.includes("failed")) verdict = "invalid";
  return { verdict, checks, twin: verdict === "invalid" && !twin ? null : twin };
}

async function isNamed(twin, name) {
  const hidden = twin.credentialSubject.identifier[0];
  const hash = hex(await sha256(new TextEncoder().encode(name.trim() + hidden.salt)));
  return hidden.identityHash === `sha256$${hash}`;
}

let language = (navigator.language || "zh").startsWith("zh") ? "zh" : "en";
let shown = null;
const at = (id) => document.getElementById(id);
const say = (name) => KNOWN.words[language][name] ?? name;
// In the bureau's time, whatever the clock of this computer is set to.
const written = (at, form) =>
  new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", { ...form, timeZone: "Asia/Shanghai" }).format(
    new Date(at),
  );
const day = (at) => written(at, { dateStyle: "long" });
const moment = (at) => written(at, { dateStyle: "long", timeStyle: "short" });

function line(list, key, value) {
  const [name, word] = [document.createElement("dt"), document.createElement("dd")];
  name.textContent = key;
  word.textContent = value;
  list.append(name, word);
}

function show() {
  document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
  document.title = say("title");
  for (const each of document.querySelectorAll("[data-say]")) each.textContent = say(each.dataset.say);
  at("as-of").textContent = say("as-of").replace("{at}", moment(KNOWN.made_at));
  at("result").hidden = !shown;
  if (!shown) return;
  at("verdict").textContent = say(shown.verdict);
  at("result").className = shown.verdict;
  at("sentence").textContent = say(`${shown.verdict}-means`).replace("{at}", moment(KNOWN.made_at));
  at("facts").replaceChildren();
  if (shown.twin) {
    line(at("facts"), say("number"), shown.twin.credentialSubject.licenseNumber);
    line(at("facts"), say("level"), shown.twin.credentialSubject.achievement.name);
    line(at("facts"), say("from"), day(shown.twin.validFrom));
    if (shown.twin.validUntil) line(at("facts"), say("until"), day(shown.twin.validUntil));
  }
  at("checks").replaceChildren(
    ...shown.checks.map(([code, outcome]) => {
      const item = document.createElement("li");
      item.className = outcome;
      item.dataset.code = code;
      item.textContent = `${say(outcome)}${say("colon")}${say(`${code}:${outcome}`)}`;
      return item;
    }),
  );
  at("naming").hidden = !shown.twin;
  at("named").textContent = "";
}

at("file").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  shown = null;
  show();
  if (!file) return;
  try {
    shown = await judge(new Uint8Array(await file.arrayBuffer()), new Date());
  } catch {
    shown = { verdict: "undetermined", checks: [["browser", "not-checked"]], twin: null };
  }
  show();
});
at("compare").addEventListener("click", async () => {
  at("named").textContent = say((await isNamed(shown.twin, at("name").value)) ? "same-name" : "other-name");
});
for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => {
    language = button.dataset.language;
    show();
  });
}
if (!globalThis.crypto?.subtle || !globalThis.DecompressionStream) {
  shown = { verdict: "undetermined", checks: [["browser", "not-checked"]], twin: null };
}
show();
