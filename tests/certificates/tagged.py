"""A tagged paper taken apart by a reader of PDFs that is not ours (ISO 32000-1, 14.6 to 14.8)."""

import io
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf

PAINTING = {
    "Tj",
    "TJ",
    "'",
    '"',
    "f",
    "F",
    "f*",
    "B",
    "B*",
    "b",
    "b*",
    "S",
    "s",
    "Do",
    "sh",
    "INLINE IMAGE",
}
ARTIFACT = "Artifact"
_CHARACTER = re.compile(rb"<([0-9A-F]{2})> <((?:[0-9A-F]{4})+)>")
Place = tuple[int, int]
"""A piece of content: its page, from 0, and its number there."""


@dataclass
class Part:
    """An element of the tree, with what it says itself and all that stands under it."""

    role: str
    english: bool
    alt: str
    element: Any
    places: list[Place] = field(default_factory=list)
    annotations: list[Any] = field(default_factory=list)
    kids: list["Part"] = field(default_factory=list)

    def all(self) -> Iterator["Part"]:
        """It and all under it, in reading order."""
        yield self
        for kid in self.kids:
            yield from kid.all()


class Tagged:
    """A paper as its tree tells it."""

    def __init__(self, file: bytes) -> None:
        self.pdf = pikepdf.open(io.BytesIO(file))
        self.pages = [page.obj for page in self.pdf.pages]
        self.tree = self.pdf.Root.StructTreeRoot
        self.unmarked: list[str] = []
        """What is painted and is neither part of the tree nor an artifact."""
        self.nested = 0
        self.said: dict[Place, str] = {}
        self.seen: Counter[Place] = Counter()
        self.artifacts = ""
        for number, page in enumerate(self.pages):
            self._walk(number, page)
        self.document = self._part(self.tree.K, self.tree, english=False)

    def _walk(self, number: int, page: Any) -> None:
        open_: list[Place | None] = []
        font: dict[int, str] = {}
        fonts = {name: _characters(each) for name, each in page.Resources.Font.items()}
        for step in pikepdf.parse_content_stream(page):
            operands, name = list(step.operands), str(step.operator)
            if name in ("BMC", "BDC"):
                self.nested += bool(open_)
                role, *more = operands
                place = (number, int(more[0].MCID)) if more and "/MCID" in more[0] else None
                open_.append(place)
                if place is not None:
                    self.seen[place] += 1
                    self.said[place] = ""
                elif role != f"/{ARTIFACT}":
                    self.unmarked.append(str(role))
            elif name == "EMC":
                open_.pop()
            elif name == "Tf":
                font = fonts[str(operands[0])]
            elif name in PAINTING and not open_:
                self.unmarked.append(f"{number}: {name} {operands}")
            if name == "Tj" and open_:
                text = "".join(font[code] for code in bytes(operands[0]))
                if open_[-1] is None:
                    self.artifacts += text
                else:
                    self.said[open_[-1]] += text
        assert open_ == []

    def _part(self, element: Any, above: Any, *, english: bool) -> Part:
        assert element.P.objgen == above.objgen
        english = str(element.get("/Lang", "en" if english else "")) == "en"
        part = Part(str(element.S)[1:], english, str(element.get("/Alt", "")), element)
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, list | pikepdf.Array) else [kids]:
            if isinstance(kid, int):
                part.places.append((self._page(element.Pg), kid))
            elif kid.get("/Type") == "/OBJR":
                self._page(kid.Pg)
                part.annotations.append(kid.Obj)
            else:
                part.kids.append(self._part(kid, element, english=english))
        return part

    def _page(self, page: Any) -> int:
        return [each.objgen for each in self.pages].index(page.objgen)

    def parts(self, role: str) -> list[Part]:
        """All elements of a kind, in reading order."""
        return [part for part in self.document.all() if part.role == role]

    def text(self, part: Part) -> str:
        """What an element says, without what stands under it."""
        return " ".join(self.said[place] for place in part.places)

    def owners(self) -> dict[int, Any]:
        """The parent tree: by key, an element or a list of them."""
        listed = list(self.tree.ParentTree.Nums)
        return {int(key): owner for key, owner in zip(listed[::2], listed[1::2], strict=True)}


def _characters(font: Any) -> dict[int, str]:
    mapped = font.ToUnicode.read_bytes()
    return {
        int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be")
        for code, text in _CHARACTER.findall(mapped)
    }


def aloud(file: bytes) -> str:
    """All text of a paper in its reading order, as poppler finds it, with spaces closed up."""
    command = ["pdfinfo", "-struct-text", "-"]
    told = subprocess.run(command, input=file, capture_output=True, check=True)
    return " ".join("".join(re.findall(r'^ *"(.*)"$', told.stdout.decode(), re.M)).split())


def in_order(said: str, words: list[str]) -> None:
    """Find words one after the other; fails at the first that does not follow."""
    at = 0
    for each in words:
        place = said.find(each, at)
        assert place >= 0, (each, said[at : at + 300])
        at = place + len(each)


def check(file: bytes) -> Tagged:
    """Everything that makes a paper readable and that can be told from its file (PDF/UA-1, 7)."""
    paper = Tagged(file)
    root = paper.pdf.Root
    assert root.MarkInfo.Marked
    assert root.ViewerPreferences.DisplayDocTitle
    assert root.Lang == "zh-CN"
    assert paper.pdf.docinfo["/Title"]
    with paper.pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == paper.pdf.docinfo["/Title"]
    # A property that PDF/A does not know is described beside it (ISO 19005-3, 6.6.2.3).
    assert b"<pdfaSchema:prefix>pdfuaid<" in root.Metadata.read_bytes()
    assert paper.unmarked == []
    assert paper.nested == 0
    _check_parents(paper)
    _check_roles(paper)
    _check_annotations(paper)
    _check_languages(paper)
    return paper


def _check_parents(paper: Tagged) -> None:
    """Each piece is told once, each is in the tree once, and the parent tree says where."""
    claimed = Counter(place for part in paper.document.all() for place in part.places)
    assert set(paper.seen.values()) == set(claimed.values()) == {1}
    assert paper.seen == claimed
    owners = paper.owners()
    for part in paper.document.all():
        for number, place in part.places:
            listed = owners[int(paper.pages[number].StructParents)]
            assert listed[place].objgen == part.element.objgen
        for annotation in part.annotations:
            assert owners[int(annotation.StructParent)].objgen == part.element.objgen
    assert paper.tree.ParentTreeNextKey == len(owners)
    for number, page in enumerate(paper.pages):
        assert page.Tabs == "/S"
        assert len(owners[int(page.StructParents)]) == sum(at == number for at, _ in paper.seen)


def _check_roles(paper: Tagged) -> None:
    assert paper.document.role == "Document"
    assert {part.role for part in paper.document.all()} <= {
        "Document", "Div", "H1", "H2", "P", "Span", "Table", "TR", "TH", "TD", "Link", "Figure",
        "Form",
    }  # fmt: skip
    assert [part.role for part in paper.document.all()].index("H1") in (1, 2)
    assert len(paper.parts("H1")) == 1
    for figure in paper.parts("Figure"):
        assert figure.alt
        assert len(figure.element.A.BBox) == 4
    for table in paper.parts("Table"):
        assert {row.role for row in table.kids} == {"TR"}
        head, *rows = table.kids
        assert {cell.role for cell in head.kids} == {"TH"}
        assert {cell.role for row in rows for cell in row.kids} == {"TD"}
        assert {len(row.kids) for row in rows} == {len(head.kids)}
    assert all(head.element.A.Scope == "/Column" for head in paper.parts("TH"))


def _check_annotations(paper: Tagged) -> None:
    there = [each for page in paper.pages for each in page.get("/Annots", [])]
    (field_,), (link,) = (
        [each for each in there if each.Subtype == kind] for kind in ("/Widget", "/Link")
    )
    assert len(there) == 2
    assert [part.annotations for part in paper.parts("Form")] == [[field_]]
    assert [part.annotations for part in paper.parts("Link")] == [[link]]
    assert "电子签章" in str(field_.TU)
    assert "核验" in str(link.Contents)
    assert link.F == 4  # printed, and nothing hides it
    assert link.A.S == "/URI"


def _check_languages(paper: Tagged) -> None:
    """Nothing Chinese is called English, and no English words are called Chinese."""
    english = [paper.text(part) for part in paper.document.all() if part.english]
    chinese = [paper.text(part) for part in paper.document.all() if not part.english]
    assert not re.findall(r"[\u3400-\u9fff]", "".join(english))
    assert [said for said in chinese if re.search(r"[a-z]{3,} [a-z]{3,}", said)] == []
    assert sum(map(bool, english)) >= 5
