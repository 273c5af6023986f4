"""Papers the people of the demonstration upload: one plain page that says what it stands for."""

from functools import cache
from io import BytesIO

from reportlab.lib.pagesizes import A5
from reportlab.pdfgen.canvas import Canvas

from registry.platform.documents import Upload


@cache
def paper(name: str, words: str) -> Upload:
    """A page under a file name; `words` are Latin letters, which every reader has a font for."""
    text = BytesIO()
    canvas = Canvas(text, pagesize=A5, invariant=1)
    canvas.drawString(48, 480, words)
    canvas.drawString(48, 456, "A document of the demonstration. Nobody in it exists.")
    canvas.save()
    return Upload(name, "application/pdf", text.getvalue())
