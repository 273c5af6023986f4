"""A certificate in the order in which it is read aloud, in both languages."""

from certificates.face import Face
from certificates.structure import Element, Structure
from certificates.wording import Phrase, Wording

Parts = dict[str, Element]
"""What a certificate says, by name; what says it in English, by that name and `ENGLISH`."""
ENGLISH = ".en"
PARTICULARS = ("number", "granted", "valid_from", "valid_until")
"""The columns of the table of what is particular to one certificate."""
_LABEL = ".label"


def parts(tree: Structure, face: Face, words: Wording) -> Parts:
    """Put what a certificate says into the tree of its one page, ready to be drawn in any order."""
    tree.turn()
    found: Parts = {}

    def say(name: str, role: str, under: Element = tree.root) -> Element:
        found[name] = made = under.add(role)
        found[name + ENGLISH] = made.add("Span", english=True)
        return made

    say("title", "H1")
    if face.demonstration:
        say("demonstration", "P")
    say("certify", "P")
    found["holder"] = tree.root.add("P")
    for language in ("", ENGLISH):
        for name in ("evaluated", "level", "awarded"):
            found[name + language] = tree.root.add("P", english=bool(language))
    table = tree.root.add("Table")
    labels = table.add("TR")
    for name in PARTICULARS:
        say(label_of(name), "TH", labels)
    values = table.add("TR")
    found["number"] = values.add("TD")
    for name in PARTICULARS[1:]:
        say(name, "TD", values)
    found["link"] = tree.root.add("P").add("Link")
    found["qr"] = found["link"].add("Figure", alt=qr(face.verification_url, words))
    found["code"] = found["link"].add("Span")
    for name in ("verify", "basis", "standing", *(("illustrative",) if face.illustrative else ())):
        if name == "basis":
            found["cited"] = say(name, "P").add("Span")
            continue
        found[name] = tree.root.add("P")
        found[name + ENGLISH] = tree.root.add("P", english=True)
    issuer = Phrase(zh=face.issuer_zh, en=face.issuer_en)
    mark = words.demonstration if face.demonstration else words.seal
    found["seal"] = tree.root.add("Figure", alt=seal(issuer, mark, words))
    say("issuer", "P")
    for name, each in found.items():
        if name != "link":
            tree.reserve(each)
    return found


def label_of(name: str) -> str:
    """What the label of one of the particulars is called."""
    return name + _LABEL


def qr(address: str, words: Wording) -> str:
    """What is said of a QR code."""
    return words.qr.both(address=address)


def seal(issuer: Phrase, mark: Phrase, words: Wording) -> str:
    """What is said of a seal, with the words that stand in it."""
    said = words.seal_picture
    return (
        f"{said.zh.format(issuer=issuer.zh, mark=mark.zh)} "
        f"{said.en.format(issuer=issuer.en, mark=mark.en)}"
    )
