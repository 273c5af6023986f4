"""What goes over the wire about certificates."""

from datetime import date

from pydantic import BaseModel, ConfigDict


class CertificateOut(BaseModel):
    """A certificate, as its holder and the office see it."""

    model_config = ConfigDict(from_attributes=True)

    number: str
    code: str
    holder_name: str
    issued_on: date
    replaced_on: date | None
