"""XML written as it comes, element by element, so that no document is held in memory; escaping is the library's."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2


class XmlFile:
    """An open XML file. Characters that XML cannot hold become U+FFFD."""

    def __init__(self, file: BinaryIO, doctype: str = "") -> None:
        self._to = XMLGenerator(file, "UTF-8", short_empty_elements=True)
        self._to.startDocument()
        self._to.ignorableWhitespace(doctype)

    @contextmanager
    def element(self, name: str, /, **attributes: object) -> Iterator[None]:
        """An element around what is written inside the `with`; attributes that are None are left out."""
        self._to.startElement(name, _attributes(attributes))
        yield
        self._to.endElement(name)

    def line(self, name: str, text: object = "", /, **attributes: object) -> None:
        """A whole element with its text, and a line break behind it."""
        with self.element(name, **attributes):
            self.text(str(text))
        self.text("\n")

    def text(self, text: str) -> None:
        """Text inside the element that is open."""
        if text:
            self._to.characters(_NO_XML.sub("\ufffd", text))


def _attributes(attributes: dict[str, object]) -> AttributesImpl:
    """Attributes by their names; `_` stands for `:` or `-`, which Python's names cannot hold: xml_lang, data__raw."""
    named = {
        name.rstrip("_").replace("__", "-").replace("_", ":") if name[0].islower() else name: value
        for name, value in attributes.items()
    }
    return AttributesImpl(
        {name: _NO_XML.sub("\ufffd", str(value)) for name, value in named.items() if value is not None}
    )
