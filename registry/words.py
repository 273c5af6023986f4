"""The words of this package: kinds of identity documents, degrees, roles in a contract."""

from enum import StrEnum


class IdentityKind(StrEnum):
    """What proves who somebody is."""

    RESIDENT = "resident"  # 居民身份证, 18 characters (GB 11643)
    PASSPORT = "passport"
    FOREIGN_RESIDENT = "foreign-resident"  # 外国人永久居留身份证


class Degree(StrEnum):
    """The level of an education, lowest first."""

    NONE = "none"
    ASSOCIATE = "associate"
    BACHELOR = "bachelor"
    MASTER = "master"
    DOCTOR = "doctor"


class TitleLevel(StrEnum):
    """The level of a professional title (职称), lowest first."""

    TECHNICIAN = "technician"
    ASSISTANT = "assistant"
    INTERMEDIATE = "intermediate"
    ASSOCIATE_SENIOR = "associate-senior"
    SENIOR = "senior"


class ContractRole(StrEnum):
    """What a technology manager did for a technology contract."""

    LEAD = "lead"
    TEAM = "team"
    ADVISER = "adviser"


class OrganisationKind(StrEnum):
    """What an organisation is to the registry."""

    BASE = "base"
    EMPLOYER = "employer"
    BUREAU = "bureau"
