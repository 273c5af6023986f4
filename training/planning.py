"""What a clerk gives to plan a class, as form and API send it."""

from datetime import datetime, time
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from registry.platform.clock import OFFICE
from registry.platform.fields import Day, Input, Plain, Whole, halfwidth, refuse
from registry.platform.i18n import N_
from training.words import Mode


def _time(value: Any) -> Any:
    try:
        return time.fromisoformat(halfwidth(str(value)).replace(".", ":").zfill(5))
    except ValueError:
        refuse("time", N_("请按 24 小时制填写时间，例如 9:00 或 13:30。"))


Hour = Annotated[time, BeforeValidator(_time)]
"""A time of day as people type it: 9:00, 13:30."""
MICRODEGREES = 1_000_000


class ClassIn(Input):
    """One meeting of a class, as a clerk plans it; times are the office's."""

    course: UUID
    code: Plain = Field(min_length=1, max_length=36, pattern=r"^[A-Za-z0-9._-]+$")
    mode: Mode
    day: Day
    begins: Hour
    ends: Hour = Field(description="Not later than midnight of the same day.")
    teacher: str = Field(min_length=1, max_length=100)
    capacity: Whole = Field(gt=0, le=10_000)
    place: str | None = Field(default=None, max_length=200)
    address: str | None = Field(
        default=None, max_length=500, pattern=r"^https?://\S+$", description="Of an online class."
    )
    coordinates: Plain | None = Field(
        default=None, max_length=40, description="Latitude and longitude, such as 31.2304, 121.4737"
    )

    @field_validator("ends")
    @classmethod
    def _after_it_begins(cls, ends: time, seen: ValidationInfo) -> time:
        if (begins := seen.data.get("begins")) is not None and ends <= begins:
            refuse("ends-early", N_("下课时间须晚于上课时间；跨零点的课请分两次登记。"))
        return ends

    @field_validator("coordinates")
    @classmethod
    def _on_earth(cls, text: str | None) -> str | None:
        if text is not None:
            _microdegrees(text)
        return text

    @field_validator("place", "address", mode="after")
    @classmethod
    def _blank_is_none(cls, text: str | None) -> str | None:
        return text or None

    @property
    def starts_at(self) -> datetime:
        """When it begins."""
        return datetime.combine(self.day, self.begins, OFFICE)

    @property
    def ends_at(self) -> datetime:
        """When it ends."""
        return datetime.combine(self.day, self.ends, OFFICE)

    def stored(self) -> dict[str, Any]:
        """The columns of the class session."""
        where = _microdegrees(self.coordinates) if self.coordinates else (None, None)
        return {
            "course": self.course,
            "code": self.code,
            "mode": self.mode,
            "place": self.place,
            "address": self.address,
            "latitude": where[0],
            "longitude": where[1],
            "starts_at": self.starts_at,
            "ends_at": self.ends_at,
            "teacher": self.teacher,
            "capacity": self.capacity,
        }


def _microdegrees(text: str) -> tuple[int, int]:
    try:
        latitude, longitude = (float(part) for part in text.replace("，", ",").split(","))
    except ValueError:
        refuse("coordinates", N_("请按“纬度, 经度”填写，例如 31.2304, 121.4737。"))
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        refuse("coordinates", N_("请按“纬度, 经度”填写，例如 31.2304, 121.4737。"))
    return round(latitude * MICRODEGREES), round(longitude * MICRODEGREES)
