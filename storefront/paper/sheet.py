"""A4 sheets as PDF: headings, lines, tables, and labels with squares that a telephone reads.

Written in NanumGothic (fonts/OFL.txt); only the letters that are used go into the file.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

import segno
from fpdf import FPDF
from fpdf.enums import TableBordersLayout, TextEmphasis, XPos, YPos
from fpdf.fonts import FontFace

FONT = Path(__file__).parent / "fonts" / "NanumGothic.ttf"

# Millimetres.
MARGIN = 14
WIDTH = 210 - 2 * MARGIN
BOTTOM = 16
GAP = 4
LABEL_WIDTH = (WIDTH - GAP) / 2
LABEL_PADDING = 3
SQUARE = 24
LABEL_LINE = 4.8

# Points.
TITLE_SIZE, HEADING_SIZE, TEXT_SIZE, SMALL_SIZE = 18, 13, 10, 8

INK, FAINT, SHADE = (29, 36, 32), (96, 104, 99), (238, 241, 237)


@dataclass(frozen=True)
class Column:
    """``share`` of the width beside those of the other columns. Numbers stand at the right."""

    title: str
    share: int = 1
    number: bool = False


@dataclass(frozen=True)
class Label:
    """To cut out and put on a bag; ``square`` is the text of its squares, or none."""

    title: str
    lines: Sequence[str]
    square: str = ""


class Sheet:
    """Written from top to bottom; a page follows by itself where the last one is full."""

    def __init__(self, *, title: str, language: str, now: datetime) -> None:
        """``title`` stands at the foot of every page and in the file; ``language``: ko or en."""
        self._pdf = _Pages(title)
        self._pdf.set_title(title)
        self._pdf.set_lang(language)
        self._pdf.set_creation_date(now)
        self.new_page()

    def new_page(self) -> None:
        self._pdf.add_page()

    def title(self, text: str) -> None:
        self._write(text, TITLE_SIZE, after=2)

    def heading(self, text: str) -> None:
        self._pdf.ln(3)
        self._write(text, HEADING_SIZE, after=2)

    def line(self, text: str) -> None:
        self._write(text, TEXT_SIZE)

    def small(self, text: str) -> None:
        self._pdf.set_text_color(*FAINT)
        self._write(text, SMALL_SIZE)
        self._pdf.set_text_color(*INK)

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> None:
        """The head stands on every page that the rows go over to."""
        self._pdf.set_font_size(TEXT_SIZE)
        self._pdf.ln(1)
        with self._pdf.table(
            width=WIDTH,
            align="LEFT",
            col_widths=[column.share for column in columns],
            text_align=["RIGHT" if column.number else "LEFT" for column in columns],
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=FontFace(emphasis=TextEmphasis.NONE, fill_color=SHADE),
            line_height=6,
            padding=(0.5, 1),
        ) as table:
            table.row([column.title for column in columns])
            for row in rows:
                table.row(list(row))
        self._pdf.ln(GAP)

    def labels(self, labels: Sequence[Label]) -> None:
        """Two side by side; none is cut by the end of a page unless it is longer than one."""
        for first in range(0, len(labels), 2):
            pair = labels[first : first + 2]
            height = max(self._height(label) for label in pair)
            if self._pdf.will_page_break(height):
                self.new_page()
            top = self._pdf.get_y()
            for place, label in enumerate(pair):
                self._label(label, MARGIN + place * (LABEL_WIDTH + GAP), top, height)
            self._pdf.set_xy(MARGIN, top + height + GAP)

    def as_bytes(self) -> bytes:
        return bytes(self._pdf.output())

    def _write(self, text: str, size: float, *, after: float = 0) -> None:
        self._pdf.set_font_size(size)
        self._pdf.multi_cell(WIDTH, size * 0.5, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        if after:
            self._pdf.ln(after)

    def _text_width(self, label: Label) -> float:
        return LABEL_WIDTH - 2 * LABEL_PADDING - (SQUARE + 2 if label.square else 0)

    def _height(self, label: Label) -> float:
        self._pdf.set_font_size(TEXT_SIZE)
        written = 8 + sum(self._height_of(line, self._text_width(label)) for line in label.lines)
        return max(written, SQUARE if label.square else 0) + 2 * LABEL_PADDING

    def _height_of(self, text: str, width: float) -> float:
        height = self._pdf.multi_cell(width, LABEL_LINE, text, dry_run=True, output="HEIGHT")
        return cast("float", height)

    def _label(self, label: Label, x: float, y: float, height: float) -> None:
        pdf = self._pdf
        pdf.set_dash_pattern(dash=1.5, gap=1.5)
        pdf.rect(x, y, LABEL_WIDTH, height)
        pdf.set_dash_pattern()
        width = self._text_width(label)
        pdf.set_xy(x + LABEL_PADDING, y + LABEL_PADDING)
        pdf.set_font_size(HEADING_SIZE)
        pdf.cell(width, 6, _fitting(pdf, label.title, width))
        pdf.set_font_size(TEXT_SIZE)
        pdf.set_xy(x + LABEL_PADDING, y + LABEL_PADDING + 8)
        for line in label.lines:
            pdf.multi_cell(width, LABEL_LINE, line, align="L", new_x=XPos.LEFT, new_y=YPos.NEXT)
        if label.square:
            self._square(label.square, x + LABEL_WIDTH - LABEL_PADDING - SQUARE, y + LABEL_PADDING)

    def _square(self, text: str, x: float, y: float) -> None:
        rows = list(segno.make(text, error="m").matrix)
        side = SQUARE / len(rows)
        self._pdf.set_fill_color(*INK)
        for down, row in enumerate(rows):
            for across, dark in enumerate(row):
                if dark:
                    # A little larger than its place, or a printer draws hairs between them.
                    self._pdf.rect(
                        x + across * side, y + down * side, side + 0.02, side + 0.02, style="F"
                    )


class _Pages(FPDF):
    def __init__(self, foot: str) -> None:
        super().__init__(format="A4")
        self._foot = foot
        self.add_font("Nanum", fname=FONT)
        self.set_font("Nanum", size=TEXT_SIZE)
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(True, BOTTOM)
        self.set_text_color(*INK)
        self.set_draw_color(*FAINT)
        self.set_line_width(0.2)

    def footer(self) -> None:
        self.set_y(-BOTTOM + 4)
        self.set_font_size(SMALL_SIZE)
        self.cell(WIDTH - 20, 4, self._foot)
        self.cell(20, 4, f"{self.page_no()} / {{nb}}", align="R")


def _fitting(pdf: FPDF, text: str, width: float) -> str:
    """As much of it as one line takes."""
    if pdf.get_string_width(text) <= width - 2:
        return text
    while text and pdf.get_string_width(f"{text}…") > width - 2:
        text = text[:-1]
    return f"{text}…"
