// The message (CMS) around a signature, read and put together again.
// It goes before verifier.js, whose small tools it uses.

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
  const numbers = elements(element(der, 0).inside).map((each) => hex(each.inside).replace(/^(00)+/, ""));
  const minimal = numbers.map((digits) => tagged("02", (/^[89a-f]/.test(digits) ? "00" : "") + digits));
  if (numbers.length !== 2 || tagged("30", ...minimal) !== hex(der)) throw new Refused("signature");
  return bytesOfHex(numbers.map((digits) => digits.padStart(64, "0")).join(""));
}

// Beside the value a time-stamp may stand (id-aa-signatureTimeStampToken), and nothing else.
function isTimeStamp(beside) {
  const each = elements(beside);
  return each.length === 1 && hex(elements(each[0].inside)[0].inside) === "2a864886f70d010910020e";
}

// DER in hexadecimal digits: one element with these parts inside.
function tagged(tag, ...parts) {
  const inside = parts.join("");
  const length = inside.length / 2;
  if (length < 0x80) return tag + length.toString(16).padStart(2, "0") + inside;
  const size = length.toString(16);
  const whole = size.padStart(size.length + (size.length % 2), "0");
  return tag + (0x80 + whole.length / 2).toString(16) + whole + inside;
}

const attributes = (parts, digest, tag) => tagged(tag, parts.content, parts.digest, digest, parts.bound);

// The message (CMS) that this house puts around a signature value over content of a digest.
function around(parts, digest, value, beside) {
  const unsigned = beside ? tagged("a1", beside) : "";
  const own = [parts.teller, attributes(parts, digest, "a0"), parts.method, tagged("04", value), unsigned];
  const data = tagged("30", parts.data, tagged("31", tagged("30", ...own)));
  return tagged("30", "06092a864886f70d010702", tagged("a0", data));
}
