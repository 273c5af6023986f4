"""What makes a paper's file fit for keeping (PDF/A-3b, ISO 19005-3): metadata and colour.

The metadata also say that it can be read aloud (PDF/UA-1, ISO 14289-1), which `structure` sees to.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from PIL import ImageCms
from reportlab.lib import utils
from reportlab.pdfbase import pdfdoc

PRODUCER = "technology-manager-registry"
MEDIA_TYPE = "/application#2Fvc+jwt"
"""The media type `application/vc+jwt` as a PDF name."""

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:identifier>{number}</dc:identifier>
<dc:language><rdf:Bag><rdf:li>zh-CN</rdf:li><rdf:li>en</rdf:li></rdf:Bag></dc:language>
<pdf:Keywords>{number}</pdf:Keywords><pdf:Producer>{producer}</pdf:Producer>
<xmp:CreatorTool>{producer}</xmp:CreatorTool>
<xmp:CreateDate>{at}</xmp:CreateDate><xmp:ModifyDate>{at}</xmp:ModifyDate>
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


@dataclass(frozen=True)
class Description:
    """What a file says about itself. Not the holder's name: file lists and indexes show this."""

    title: str
    subject: str
    author: str
    number: str
    on: date


def describe(document: Any, described: Description) -> None:
    """Write the description into a fresh reportlab document, twice as the standard asks.

    The file's identifier then follows from its content alone.
    """
    document.signature = hashlib.md5(usedforsecurity=False)
    moment = datetime(described.on.year, described.on.month, described.on.day, tzinfo=UTC)
    stamp = utils.TimeStamp(invariant=1)
    stamp.t, stamp.lt = moment.timestamp(), tuple(moment.timetuple())
    stamp.YMDhms = stamp.lt[:6]
    document._timeStamp = stamp
    info = document.info
    info.title, info.subject = described.title, described.subject
    info.author, info.keywords = described.author, described.number
    info.creator = info.producer = PRODUCER
    xmp = _XMP.format(
        title=escape(described.title),
        subject=escape(described.subject),
        author=escape(described.author),
        number=escape(described.number),
        producer=PRODUCER,
        at=moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    metadata = {"Type": pdfdoc.PDFName("Metadata"), "Subtype": pdfdoc.PDFName("XML")}
    catalog = document.Catalog
    catalog.Metadata = pdfdoc.PDFStream(
        pdfdoc.PDFDictionary(metadata), xmp.encode("utf-8"), filters=[]
    )
    # reportlab 5.1.0 writes only the catalog keys it knows.
    catalog.__NoDefault__ = [*catalog.__NoDefault__, "OutputIntents"]
    catalog.OutputIntents = pdfdoc.PDFArray([document.Reference(_output_intent(document))])


def attach(document: Any, name: str, content: bytes, on: date) -> None:
    """Put a credential token into a document that was described, as an associated file.

    ISO 19005-3, 6.8: what kind of file it is, and that it is data about the whole document.
    """
    details = {"Size": len(content), "ModDate": pdfdoc.PDFString(f"D:{on:%Y%m%d}000000Z")}
    kind = {
        "Type": pdfdoc.PDFName("EmbeddedFile"),
        "Subtype": MEDIA_TYPE,
        "Params": pdfdoc.PDFDictionary(details),
    }
    packed = pdfdoc.PDFStream(pdfdoc.PDFDictionary(kind), content, filters=[pdfdoc.PDFZCompress])
    inside = document.Reference(packed)
    named = pdfdoc.PDFString(name)
    file = document.Reference(
        pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("Filespec"),
                "F": named,
                "UF": named,
                "Desc": pdfdoc.PDFString("Open Badges 3.0 credential"),
                "AFRelationship": pdfdoc.PDFName("Data"),
                "EF": pdfdoc.PDFDictionary({"F": inside, "UF": inside}),
            }
        )
    )
    catalog = document.Catalog
    catalog.__NoDefault__ = [*catalog.__NoDefault__, "AF"]
    catalog.AF = pdfdoc.PDFArray([file])
    names = pdfdoc.PDFDictionary({"Names": pdfdoc.PDFArray([named, file])})
    catalog.Names = pdfdoc.PDFDictionary({"EmbeddedFiles": names})


def embedded(size: int, on: date) -> str:
    """What the dictionary of an attached credential token says beside its length, as `attach`."""
    return (
        f"/Type /EmbeddedFile /Subtype {MEDIA_TYPE}"
        f" /Params << /Size {size} /ModDate (D:{on:%Y%m%d}000000Z) >>"
    )


def _output_intent(document: Any) -> Any:
    profile = pdfdoc.PDFStream(
        pdfdoc.PDFDictionary({"N": 3}), srgb(), filters=[pdfdoc.PDFZCompress]
    )
    name = pdfdoc.PDFString("sRGB IEC61966-2.1")
    return pdfdoc.PDFDictionary(
        {
            "Type": pdfdoc.PDFName("OutputIntent"),
            "S": pdfdoc.PDFName("GTS_PDFA1"),
            "OutputConditionIdentifier": name,
            "Info": name,
            "DestOutputProfile": document.Reference(profile),
        }
    )


@cache
def srgb() -> bytes:
    """The sRGB colour profile, with a fixed day in its header (ICC.1, 7.2: bytes 24 to 35)."""
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return made[:24] + bytes.fromhex("07ea 0001 0001 0000 0000 0000") + made[36:]
