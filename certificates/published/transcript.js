"use strict";
// Reads a certificate's file back, the lines set on its page, where its link leads, and its twin,
// and compares them.
// It goes before verifier.js, whose small tools it uses.

// The objects of a file of our own form: one table, which names each where it is.
function objectsOf(file) {
  const written = text(file);
  const ended = /trailer\n<<[^]*?\/Root (\d+) 0 R [^]*?>>\nstartxref\n(\d+)\n%%EOF\n$/.exec(
    written.slice(Math.max(0, written.lastIndexOf("\ntrailer\n"))),
  );
  if (!ended || written.split("startxref").length !== 2) throw new Refused("table");
  const places = [];
  const entry = /(\d{10}) (\d{5}) ([nf]) \n/y;
  const head = /xref\n0 (\d+)\n/y;
  head.lastIndex = Number(ended[2]);
  const count = head.exec(written);
  entry.lastIndex = head.lastIndex;
  for (let number = 0; count && number < Number(count[1]); number += 1) {
    const at = entry.exec(written);
    const begins = `${number} 0 obj\n`;
    if (!at || (number && !written.startsWith(begins, Number(at[1])))) throw new Refused("table");
    places.push(Number(at[1]) + begins.length);
  }
  if (places.length < 2) throw new Refused("table");
  const headOf = (number) => {
    if (!(number in places)) throw new Refused("object");
    const end = written.indexOf("\nendobj\n", places[number]);
    const whole = written.slice(places[number], end);
    return whole.includes("stream\n") ? whole.slice(0, whole.indexOf("stream\n")) : whole;
  };
  const named = (number, name) => {
    const found = [...headOf(number).matchAll(new RegExp(`/${name} (\\d+) 0 R\\b`, "g"))];
    if (found.length !== 1) throw new Refused(name);
    return Number(found[0][1]);
  };
  const stream = async (number) => {
    const about = headOf(number);
    const length = [...about.matchAll(/\/Length (\d+)(?=[ \n>])(?! \d+ R)/g)];
    const begin = places[number] + about.length + "stream\n".length;
    const end = begin + Number(length[0]?.[1]);
    if (length.length !== 1 || !written.startsWith("\nendstream", end)) throw new Refused("stream");
    const raw = file.slice(begin, end);
    return text(about.includes("/FlateDecode") ? await inflated(raw, "deflate") : raw);
  };
  return { root: Number(ended[1]), headOf, named, stream };
}

function one(pattern, written) {
  const found = [...written.matchAll(pattern)];
  if (found.length !== 1) throw new Refused(String(pattern));
  return found[0].slice(1);
}

async function attached(objects) {
  if (!objects.headOf(objects.root).includes("/Names ")) return null;
  const names = objects.headOf(objects.named(objects.root, "Names"));
  const [file] = one(/\/EmbeddedFiles <<\n\/Names \[ \([^()\\]*\) (\d+) 0 R \]\n>>/g, names);
  return (await objects.stream(objects.named(Number(file), "F"))).trim();
}

// What the codes of a font stand for (ToUnicode).
function lettersOf(written) {
  const letters = {};
  for (const [, code, points] of written.matchAll(/<([0-9A-Fa-f]{2})> <([0-9A-Fa-f]{4,8})>/g)) {
    letters[parseInt(code, 16)] = String.fromCharCode(...points.match(/.{4}/g).map((unit) => parseInt(unit, 16)));
  }
  return letters;
}

function codesOf(string) {
  if (string.startsWith("<")) return (string.slice(1, -1).match(/../g) ?? []).map((pair) => parseInt(pair, 16));
  const meant = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };
  const plain = string
    .slice(1, -1)
    .replace(/\\([0-7]{1,3}|[^])/g, (_, each) =>
      /^[0-7]/.test(each) ? String.fromCharCode(parseInt(each, 8) & 255) : (meant[each] ?? each),
    );
  return Array.from(plain, (each) => each.charCodeAt(0));
}

// What is set between each beginning and end of text, whichever font it is in.
function linesOf(content, fonts) {
  const set = /\/(\S+) [-\d.]+ Tf|(\((?:[^()\\]|\\[^])*\)|<[0-9A-Fa-f]*>) Tj|(\bTJ\b|[)>] ?['"]|\bDo\b)/g;
  return [...content.matchAll(/\bBT\b([^]*?)\bET\b/g)].map(([, words]) => {
    let letters = {};
    let out = "";
    for (const [, font, string, other] of words.matchAll(set)) {
      if (other) throw new Refused("text set in another way");
      if (font) letters = fonts[font] ?? {};
      else {
        for (const code of codesOf(string)) {
          if (!(code in letters)) throw new Refused("a letter that no table names");
          out += letters[code];
        }
      }
    }
    return out;
  });
}

// The lines that are set on the page, those of many certificates and its own, and where its link leads.
async function drawn(objects) {
  const [page] = one(/\/Kids \[ (\d+) 0 R \]/g, objects.headOf(objects.named(objects.root, "Pages")));
  const about = objects.headOf(Number(page));
  const fonts = {};
  for (const [, name, number] of objects.headOf(objects.named(Number(page), "Font")).matchAll(/\/(\S+) (\d+) 0 R/g)) {
    fonts[name] = lettersOf(await objects.stream(objects.named(Number(number), "ToUnicode")));
  }
  const [common, own] = await Promise.all(
    one(/\/Contents \[ (\d+) 0 R (\d+) 0 R \]/g, about).map((number) => objects.stream(Number(number))),
  );
  if (/\bDo\b|\bBI\b/.test(own)) throw new Refused("a picture among what is its own");
  const [listed] = one(/\/Annots \[ ((?:\d+ 0 R )*)\]/g, about);
  const annotations = [...listed.matchAll(/(\d+) 0 R/g)].map(([, number]) => objects.headOf(Number(number)));
  const [address] = one(/\/A <<\n\/S \/URI \/URI \(([^()\\]*)\)\n>>/g, annotations.join("\n"));
  return { common: linesOf(common, fonts), own: linesOf(own, fonts), address: decodeURIComponent(address) };
}

async function isHashed(hidden, name) {
  const hash = hex(await sha256(new TextEncoder().encode(name + hidden.salt)));
  return hidden.identityHash === `sha256$${hash}`;
}

// What counts in a name, as in certificates/names.py: its letters with their marks.
function plainName(name) {
  const folded = name.normalize("NFKC").toUpperCase().toLowerCase().normalize("NFKC");
  const noLetter = /[\u034f\u119e\u318d\ua78f\u180b-\u180f\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u;
  return Array.from(folded)
    .filter((each) => /[\p{L}\p{N}\p{Mn}\p{Mc}]/u.test(each) && !noLetter.test(each))
    .join("");
}

// Whether a twin is of a name. Where its page was read too, the name there tells; the twin alone
// has only a hash, so the ways in which the house writes what was typed are tried.
async function isNamed(twin, name, holder) {
  if (holder) return plainName(holder) === plainName(name);
  const narrow = name.trim().normalize("NFKC");
  const dotted = narrow.replace(/\s*[·•・.．․‧∙⋅⸱ꞏᆞ]\s*/gu, "·");
  for (const each of [name, name.trim(), narrow, dotted, narrow.replace(/\s+/gu, ""), narrow.replace(/\s+/gu, " ")]) {
    if (await isHashed(twin.credentialSubject.identifier[0], each)) return true;
  }
  return false;
}

// A day at the bureau's desk, as it is printed in both languages.
function printed(moment) {
  if (!moment) return KNOWN.printed.no_end;
  const here = new Date(new Date(moment).getTime() + 8 * 3600e3);
  const parts = { year: here.getUTCFullYear(), month: here.getUTCMonth() + 1, day: here.getUTCDate() };
  parts.name = KNOWN.printed.months[parts.month - 1];
  return KNOWN.printed.day.map((form) => form.replace(/\{(\w+)\}/g, (_, part) => parts[part]));
}

// Whether the twin says what is drawn: name, number, code, address, level and days.
async function agrees(twin, objects) {
  const seen = await drawn(objects);
  const [holder, number, granted, grantedEn, begun, begunEn, until, untilEn, code] = seen.own;
  const { achievement, licenseNumber, identifier } = twin.credentialSubject;
  const level = achievement.id.split("/").at(-1);
  const others = Object.entries(KNOWN.printed.levels).flatMap(([each, said]) => (each === level ? [] : said));
  const same = ([zh, en], [zhDrawn, enDrawn]) => zh === zhDrawn && en === enDrawn;
  return (
    seen.own.length === 9 &&
    identifier.length === 1 &&
    (await isHashed(identifier[0], holder)) &&
    licenseNumber === number &&
    twin.id === seen.address &&
    twin.id.split("/").at(-1) === code &&
    seen.common.some((zh) => seen.common.some((en) => achievement.name === `${zh} ${en}`)) &&
    !seen.common.some((line) => others.includes(line)) &&
    (!twin.awardedDate || same(printed(twin.awardedDate), [granted, grantedEn])) &&
    same(printed(twin.validFrom), [begun, begunEn]) &&
    same(printed(twin.validUntil), [until, untilEn])
  );
}
