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
const bytesOfHex = (digits) => Uint8Array.from(digits.match(/../g), (pair) => parseInt(pair, 16));
const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

// The signature's dictionary as this house writes it, up to the signature: it allows no change.
const FIELD = new RegExp(
  "<< /Type /Sig /Filter /Adobe\\.PPKLite /SubFilter /ETSI\\.CAdES\\.detached /Reference \\[ << /Type /SigRef" +
    " /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /P 1 /V /1\\.2 >> >> \\]" +
    " /M \\(D:\\d{14}Z\\) /ByteRange \\[ 0 (\\d{10}) (\\d{10}) (\\d{10}) \\] /Contents ",
);

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

// One signature over the whole file, by one of our seals, and nothing before, after or between.
async function untouched(file, at) {
  const written = text(file);
  const found = FIELD.exec(written);
  if (!found || written.split("/ByteRange").length !== 2) return false;
  const [first, second, rest] = found.slice(1).map(Number);
  if (second + rest !== file.length || second <= first || found.index + found[0].length !== first) return false;
  objectsOf(file);
  const gap = written.slice(first, second);
  if (!/^<(?:[0-9A-F]{2})+>$/.test(gap)) return false;
  const raw = bytesOfHex(gap.slice(1, -1));
  const outer = element(raw, 0);
  const content = elements(element(elements(outer.inside)[1].inside, 0).inside);
  const signer = elements(elements(content.at(-1).inside)[0].inside);
  const value = signer.findLast((each) => each.tag === 0x04);
  const beside = signer.find((each) => each.tag === 0xa1);
  if (!value) return false;
  const covered = new Uint8Array(first + rest);
  covered.set(file.slice(0, first));
  covered.set(file.slice(second), first);
  const digest = hex(await sha256(covered));
  // Most of what surrounds a signature is protected by nothing: it is compared with what we make.
  const wanted = hex(raw);
  const made = (seal) => around(seal.message, digest, hex(value.inside), beside && hex(beside.inside));
  const ours = KNOWN.seals.filter((seal) => wanted === made(seal).padEnd(wanted.length, "0"));
  if (ours.length !== 1 || (beside && !isTimeStamp(beside.inside))) return false;
  const signed = bytesOfHex(attributes(ours[0].message, digest, "31"));
  return (await sealOf(plainSignature(value.inside), signed, at)) === ours[0];
}

// Whether neither list that this page carries has the bit of this certificate set.
async function good(twin, why) {
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
    if (bits[place >> 3] & (0x80 >> place % 8)) {
      const [status, since] = KNOWN.since[`${list.id}#${place}`] ?? [];
      if (status) Object.assign(why, { status, since, list: list.id.split("/").at(-1) });
      return false;
    }
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
  let objects = null;
  let whole = true;
  let like = false;
  if (token.startsWith("%PDF-") || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) {
    whole = await add("unchanged", () => untouched(file, at));
    try {
      objects = whole ? objectsOf(file) : null;
      token = whole ? await attached(objects) : null;
    } catch {
      token = "";
    }
  }
  if (whole && token === null) {
    checks.push(["no-twin", "not-checked"]);
  } else if (whole) {
    const sealed = await add("twin-sealed", async () => {
      twin = await said(token, at);
      return typeof twin.credentialSubject.licenseNumber === "string";
    });
    like = !sealed || !objects || (await add("twin-agrees", () => agrees(twin, objects)));
    if (sealed && like) {
      await add("not-expired", () => !twin.validUntil || at <= new Date(twin.validUntil));
      const why = {};
      await add("status-in-pack", () => good(twin, why));
      checks.at(-1).push(why);
    }
  }
  const outcomes = checks.map(([, outcome]) => outcome);
  let verdict = outcomes.includes("not-checked") ? "undetermined" : "valid";
  if (outcomes.includes("failed")) verdict = "invalid";
  const holder = like && objects && twin ? (await drawn(objects)).own[0] : null;
  return { verdict, checks, twin, holder };
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
    ...shown.checks.map(([code, outcome, why]) => {
      const item = document.createElement("li");
      item.className = outcome;
      item.dataset.code = code;
      const told = say(`${code}:${why?.status ?? outcome}`)
        .replace("{since}", why?.since ? day(why.since) : "")
        .replace("{list}", why?.list ?? "")
        .replace("{at}", moment(KNOWN.made_at))
        .replace("{head}", KNOWN.head ?? "—");
      item.textContent = `${say(outcome)}${say("colon")}${told}`;
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
  at("named").textContent = say((await isNamed(shown.twin, at("name").value, shown.holder)) ? "same-name" : "other-name");
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
