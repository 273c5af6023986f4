"""What a paper says, in the order in which it is read aloud: tagged PDF (ISO 32000-1, 14.8).

A drawing puts ink on places; a screen reader needs to know what is a heading, a paragraph, a cell
of a table or a picture, in which language, and what comes next. Every piece of content belongs to
one element of the tree here, or is an artifact: ornament, or said elsewhere (PDF/UA-1, 7.1).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

ARTIFACT = "/Artifact BMC"
END = "EMC"
_SAFE = "%:/?#[]@!$&'*+,;=~"
"""What an address may hold as it is; brackets would end a string of PDF."""


@dataclass(frozen=True)
class Mark:
    """A piece of the content of a page, by the numbers of both."""

    page: int
    number: int


@dataclass(eq=False)
class Element:
    """One node of the tree: a standard structure type, and what it is made of, in order."""

    role: str
    english: bool = False
    """All of it is; what stands under it need not say so again."""
    alt: str = ""
    """What is said of a picture instead of its content."""
    box: Sequence[float] | None = None
    """Where a picture is on its page."""
    kids: list[Element | Mark | pdfdoc.PDFDictionary] = field(default_factory=list)
    """Elements, pieces of content, and annotations."""
    reserved: Mark | None = None
    """Its content, where that is one piece whose number was settled beforehand."""

    def add(self, role: str, *, english: bool = False, alt: str = "") -> Element:
        """A new element under this one, read after all that is there."""
        made = Element(role, english, alt)
        self.kids.append(made)
        return made

    def begun(self, mark: Mark) -> str:
        """The operator that begins a piece of its content."""
        return f"/{self.role} <</MCID {mark.number}>> BDC"


class Structure:
    """The tree of one document, and to which element each piece of its pages belongs."""

    def __init__(self) -> None:
        self.root = Element("Document")
        self._pages: list[list[Element]] = []

    def turn(self) -> None:
        """Begin the next page."""
        self._pages.append([])

    def reserve(self, element: Element) -> None:
        """Settle the number of an element's own content, which is read before what is under it."""
        element.reserved = self._next(element)
        element.kids.insert(0, element.reserved)

    def begin(self, element: Element) -> str:
        """The operator that begins a piece of an element's content on the page at hand."""
        if element.reserved is not None:
            return element.begun(element.reserved)
        mark = self._next(element)
        element.kids.append(mark)
        return element.begun(mark)

    def _next(self, element: Element) -> Mark:
        owners = self._pages[-1]
        owners.append(element)
        return Mark(len(self._pages) - 1, len(owners) - 1)

    def close(self, canvas: Canvas) -> None:
        """Write the tree into a document all of whose pages are drawn."""
        document = canvas._doc
        pages = [document.Reference(page) for page in document.Pages.pages]
        elements = list(_all(self.root))
        written = {each: pdfdoc.PDFDictionary({}) for each in elements}
        tree = pdfdoc.PDFDictionary({"Type": pdfdoc.PDFName("StructTreeRoot")})
        references = {
            each: document.Reference(written[each], f"read-{place}")
            for place, each in enumerate(elements)
        }
        top = document.Reference(tree, "read")
        owners: list[Any] = [
            pdfdoc.PDFArray([references[each] for each in page]) for page in self._pages
        ]
        above = {
            kid: references[each]
            for each in elements
            for kid in each.kids
            if isinstance(kid, Element)
        }
        for each in elements:
            kids = []
            for kid in each.kids:
                if isinstance(kid, Element):
                    kids.append(references[kid])
                elif isinstance(kid, Mark):
                    written[each].dict["Pg"] = pages[kid.page]
                    kids.append(kid.number)
                else:
                    kid.dict["StructParent"] = len(owners)
                    owners.append(references[each])
                    kids.append(_reference_to(document.Reference(kid), kid.dict["P"]))
            written[each].dict |= _described(each) | {"P": above.get(each, top)}
            if kids:
                written[each].dict["K"] = kids[0] if len(kids) == 1 else pdfdoc.PDFArray(kids)
        listed = [part for place, owner in enumerate(owners) for part in (place, owner)]
        tree.dict |= {
            "K": references[self.root],
            "ParentTree": document.Reference(
                pdfdoc.PDFDictionary({"Nums": pdfdoc.PDFArray(listed)}), "read-by"
            ),
            "ParentTreeNextKey": len(owners),
        }
        _announce(document, top)


def _announce(document: Any, top: Any) -> None:
    """Say in catalog and pages that there is a tree, and that viewers show the title."""
    catalog = document.Catalog
    catalog.StructTreeRoot = top
    catalog.MarkInfo = pdfdoc.PDFDictionary({"Marked": "true"})
    catalog.ViewerPreferences = pdfdoc.PDFDictionary({"DisplayDocTitle": "true"})
    for place, page in enumerate(document.Pages.pages):
        # reportlab 5.1.0 writes only the keys of a page it knows.
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents, page.Tabs = place, pdfdoc.PDFName("S")


def _all(element: Element) -> Iterator[Element]:
    yield element
    for kid in element.kids:
        if isinstance(kid, Element):
            yield from _all(kid)


def _described(element: Element) -> dict[str, Any]:
    found: dict[str, Any] = {"S": pdfdoc.PDFName(element.role)}
    if element.english:
        found["Lang"] = pdfdoc.PDFString("en")
    if element.alt:
        found["Alt"] = text(element.alt)
    if element.role == "TH":
        scope = {"O": pdfdoc.PDFName("Table"), "Scope": pdfdoc.PDFName("Column")}
        found["A"] = pdfdoc.PDFDictionary(scope)
    if element.box is not None:
        sides = pdfdoc.PDFArray([round(side, 2) for side in element.box])
        found["A"] = pdfdoc.PDFDictionary({"O": pdfdoc.PDFName("Layout"), "BBox": sides})
    return found


def _reference_to(annotation: Any, page: Any) -> Any:
    return pdfdoc.PDFDictionary({"Type": pdfdoc.PDFName("OBJR"), "Obj": annotation, "Pg": page})


def link(canvas: Canvas, element: Element, area: Sequence[float], address: str, said: str) -> None:
    """Make an area of the page under the pen lead to an address, as an element of the tree."""
    action = {"S": pdfdoc.PDFName("URI"), "URI": b"(%s)" % uri(address)}
    annotation = pdfdoc.PDFDictionary(
        {
            "Type": pdfdoc.PDFName("Annot"),
            "Subtype": pdfdoc.PDFName("Link"),
            "Rect": pdfdoc.PDFArray([round(side, 2) for side in area]),
            "Border": pdfdoc.PDFArray([0, 0, 0]),
            "F": 4,  # printed, as PDF/A wants of every annotation
            "A": pdfdoc.PDFDictionary(action),
            "Contents": text(said),
        }
    )
    annotate(canvas, element, annotation)
    canvas._annotationrefs.append(canvas._doc.Reference(annotation))


def annotate(canvas: Canvas, element: Element, annotation: Any) -> None:
    """Put an annotation of the page under the pen into the tree."""
    annotation.dict["P"] = canvas._doc.thisPageRef()
    element.kids.append(annotation)


def text(said: str) -> bytes:
    """A text string of PDF, the same whatever it holds: UTF-16 in hexadecimal digits."""
    return b"<FEFF%s>" % digits(said)


def digits(said: str) -> bytes:
    """A text in the digits in which a text string has it."""
    return said.encode("utf-16-be").hex().upper().encode("ascii")


def uri(address: str) -> bytes:
    """An address in the seven bits that a link may have."""
    return quote(address, safe=_SAFE).encode("ascii")
