"""Elements of HTML and SVG. Whatever is text or an attribute is escaped when it is written."""

import re
from xml.etree import ElementTree as ET

Element = ET.Element

# Neither allowed in HTML nor, for halves of pairs, in UTF-8.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def node(tag: str, *inside: Element | str, **attributes: object) -> Element:
    """``class_`` becomes ``class``, ``data_route`` becomes ``data-route``."""
    names = {name.rstrip("_").replace("_", "-"): name for name in attributes}
    element = ET.Element(
        tag, {shown: printable(str(attributes[name])) for shown, name in names.items()}
    )
    for child in inside:
        if not isinstance(child, str):
            element.append(child)
        elif len(element):
            element[-1].tail = (element[-1].tail or "") + printable(child)
        else:
            element.text = (element.text or "") + printable(child)
    return element


def both(korean: str, english: str) -> Element:
    """A label in both languages."""
    return node("span", korean, " ", node("span", english, lang="en"), class_="both")


def written(*elements: Element) -> str:
    return "\n".join(
        ET.tostring(element, encoding="unicode", method="html") for element in elements
    )


def printable(text: str) -> str:
    return _UNPRINTABLE.sub("\ufffd", text)
