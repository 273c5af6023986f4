"""A person's statement of hours on paper: drawn like certificates are, and sealed the same way.

Nothing of it is kept: it says what the ledger said on a day, under which editions it was counted,
and can be drawn again as long as the ledger stands. Chinese and English side by side.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from anyio import to_thread
from reportlab.pdfgen.canvas import Canvas

from certificates import archival, signing, typesetting
from certificates.keys import Signer
from certificates.typesetting import BOLD, REGULAR, lines, width
from registry import organisations
from registry.platform.settings import Settings
from training.ledger import CLASS_HOUR_MINUTES
from training.statements import Statement

PAGE = (595.28, 841.89)
"""A4, in points."""
LEFT, RIGHT, TOP, BOTTOM = 56.0, 539.0, 780.0, 64.0
INK, GREY, RULE = (0.11, 0.15, 0.18), (0.36, 0.40, 0.42), (0.75, 0.78, 0.80)
MISSING = "〓"
"""Set for a character that the fonts do not have, as compositors do."""
LEVELS = {"junior": "初级 junior", "mid": "中级 mid", "senior": "高级 senior"}
MODES = {
    "face-to-face": "面授 on site",
    "live-online": "直播 live online",
    "recorded": "录播 recorded",
    "mentored-practice": "带教 practice",
}


@dataclass(frozen=True)
class Transcript:
    """Everything that is printed on a statement of hours."""

    number: str
    holder: str
    person_number: str
    on: date
    issuer_zh: str
    issuer_en: str
    total_minutes: int
    counted: tuple[tuple[str, str, str, int, int, int], ...]
    """Scheme in Chinese and English, target, minutes needed, counted, missing."""
    illustrative: bool
    only_base: str
    """The base whose lines alone these are, or ""."""
    lines: tuple[tuple[date, str, str, str, int], ...]
    """Day, course, base, mode, minutes that stand."""
    demonstration: bool


async def transcript_of(found: Statement, settings: Settings) -> Transcript:
    """What a statement says, as it will be printed. Lines taken back are left out."""
    bureau = await organisations.bureau()
    return Transcript(
        number=f"H-{found.person.number}-{found.on:%Y%m%d}",
        holder=found.person.name or "",
        person_number=found.person.number,
        on=found.on,
        issuer_zh=bureau.name,
        issuer_en=bureau.name_en,
        total_minutes=found.total,
        counted=tuple(
            (
                one.figures.title["zh"],
                one.figures.title["en"],
                LEVELS.get(tally.target.name, tally.target.name),
                tally.target.needed,
                tally.counted,
                tally.missing,
            )
            for one in found.counted
            for tally in one.tallies
        ),
        illustrative=any(one.figures.illustrative for one in found.counted),
        only_base=found.lines[0]["base_name"] if found.of_one_base else "",
        lines=tuple(
            (
                line["held_on"],
                line["course"],
                line["base_name"],
                MODES[line["mode"]],
                line["minutes"],
            )
            for line in found.lines
            if line["reverses"] is None and not line["reversed"]
        ),
        demonstration=settings.demo,
    )


async def sealed(
    found: Statement, settings: Settings, signer: Signer, at: datetime
) -> tuple[str, bytes]:
    """Draw and seal a statement; return its number and the file."""
    transcript = await transcript_of(found, settings)

    def work() -> bytes:
        return signing.sign(draw(transcript), signer, at)

    return transcript.number, await to_thread.run_sync(work)


def draw(transcript: Transcript) -> bytes:
    """Draw a statement; the same one gives the same bytes."""
    with typesetting.ONE_AT_A_TIME:
        buffer = io.BytesIO()
        canvas = Canvas(
            buffer,
            pagesize=PAGE,
            pageCompression=1,
            invariant=1,
            pdfVersion=(1, 7),
            initialFontName=typesetting.font(REGULAR).fontName,
            lang="zh-CN",
        )
        typesetting.font(BOLD)
        archival.describe(
            canvas._doc,
            archival.Description(
                title="学时证明 Statement of training hours",
                subject=transcript.person_number,
                author=f"{transcript.issuer_zh} {transcript.issuer_en}",
                number=transcript.number,
                on=transcript.on,
            ),
        )
        paper = _Paper(canvas, transcript)
        _head(paper, transcript)
        _counted(paper, transcript)
        _entries(paper, transcript)
        paper.foot()
        canvas.save()
        return buffer.getvalue()


def printable(text: str) -> str:
    """A text with what the fonts lack marked as missing, and without what does not show."""
    return "".join(
        character if character.isprintable() and typesetting.prints(character, REGULAR) else MISSING
        for character in text
    )


class _Paper:
    """The pages under the pen, from top to bottom."""

    def __init__(self, canvas: Canvas, transcript: Transcript) -> None:
        self.canvas, self.transcript, self.y, self.page = canvas, transcript, TOP, 1

    def need(self, room: float) -> None:
        """Begin another page where this one has less room left."""
        if self.y - room < BOTTOM:
            self.foot()
            self.canvas.showPage()
            self.y, self.page = TOP, self.page + 1

    def put(
        self,
        x: float,
        text: str,
        size: float = 9,
        *,
        font: str = REGULAR,
        colour: tuple[float, float, float] = INK,
        right: bool = False,
    ) -> None:
        """Set one line at the present height."""
        said = printable(text)
        self.canvas.setFont(font, size)
        self.canvas.setFillColorRGB(*colour)
        self.canvas.drawString(x - width(said, font, size) if right else x, self.y, said)

    def rule(self) -> None:
        """Draw a line across."""
        self.canvas.setStrokeColorRGB(*RULE)
        self.canvas.setLineWidth(0.5)
        self.canvas.line(LEFT, self.y, RIGHT, self.y)

    def foot(self) -> None:
        """Number the page, and say what it belongs to."""
        kept, self.y = self.y, 40.0
        self.put(LEFT, f"{self.transcript.number}", 8, colour=GREY)
        if self.transcript.demonstration:
            self.put(250, "演示 DEMONSTRATION", 8, colour=(0.7, 0.2, 0.15))
        self.put(RIGHT, f"{self.page}", 8, colour=GREY, right=True)
        self.y = kept


def _head(paper: _Paper, transcript: Transcript) -> None:
    paper.put(LEFT, "学时证明", 22, font=BOLD)
    paper.y -= 20
    paper.put(LEFT, "Statement of training hours", 12, colour=GREY)
    paper.y -= 34
    hours = transcript.total_minutes // CLASS_HOUR_MINUTES
    for name, value in (
        ("姓名 Name", transcript.holder),
        ("登记号 Registry number", transcript.person_number),
        ("截至 As of", f"{transcript.on:%Y-%m-%d}"),
        ("出具 Issued by", f"{transcript.issuer_zh} {transcript.issuer_en}"),
        ("累计 Total", f"{hours} 学时 class hours ({transcript.total_minutes} 分钟 minutes)"),
    ):
        paper.put(LEFT, name, 10, colour=GREY)
        for line in lines(printable(value), REGULAR, 10, RIGHT - LEFT - 150):
            paper.put(LEFT + 150, line, 10)
            paper.y -= 16
    if transcript.only_base:
        paper.put(LEFT, f"仅含该基地登记的学时 Only hours recorded by: {transcript.only_base}", 9)
        paper.y -= 16
    paper.y -= 14


def _counted(paper: _Paper, transcript: Transcript) -> None:
    paper.put(LEFT, "学时折算（分钟） What they count for (minutes)", 11, font=REGULAR)
    paper.y -= 8
    paper.rule()
    shown = ""
    for zh, en, target, needed, counted, missing in transcript.counted:
        paper.need(44)
        if zh != shown:
            paper.y -= 16
            paper.put(LEFT, f"{zh} {en}", 9, colour=GREY)
            shown = zh
        paper.y -= 15
        paper.put(LEFT + 12, target or "全部 all")
        paper.put(LEFT + 190, f"须 needed {needed}")
        paper.put(LEFT + 285, f"已计 counted {counted}")
        paper.put(RIGHT, f"尚缺 missing {missing}", right=True)
    if transcript.illustrative:
        paper.y -= 18
        note = "其中有未见正式规定的示例数值。 Some figures are illustrative; no rule is known."
        paper.put(LEFT, note, 8, colour=GREY)
    paper.y -= 30


def _entries(paper: _Paper, transcript: Transcript) -> None:
    paper.need(40)
    paper.put(LEFT, "学时明细 Lines", 11)
    paper.y -= 8
    paper.rule()
    for day, course, base, mode, minutes in transcript.lines:
        room = 210.0
        title = lines(printable(course), REGULAR, 9, room)
        held = lines(printable(base), REGULAR, 8, room)
        paper.need(13.0 * len(title) + 11.0 * len(held) + 8)
        paper.y -= 14
        paper.put(LEFT, f"{day:%Y-%m-%d}")
        paper.put(LEFT + 310, mode, 8)
        paper.put(RIGHT, f"{minutes}", right=True)
        _stack(paper, title, held)


def _stack(paper: _Paper, title: Sequence[str], held: Sequence[str]) -> None:
    for number, text in enumerate(title):
        paper.y -= 13 if number else 0
        paper.put(LEFT + 75, text)
    for text in held:
        paper.y -= 11
        paper.put(LEFT + 75, text, 8, colour=GREY)
