"""The words of the intake: work functions, evidence, materials, fields of an application."""

from enum import StrEnum

from registry.platform.i18n import N_


class WorkFunction(StrEnum):
    """What a technology manager does, as the occupation's definition counts it (2022)."""

    FINDING = "finding"
    CULTIVATING = "cultivating"
    INCUBATING = "incubating"
    MATURING = "maturing"
    EVALUATING = "evaluating"
    PROMOTING = "promoting"
    TRADING = "trading"
    SERVICES = "services"  # finance, law and intellectual property


DEFINITION = "《中华人民共和国职业分类大典（2022年版）》技术经理人"
"""Where the eight stand: the definition of the occupation."""


class EvidenceKind(StrEnum):
    """What shows that somebody does a work function."""

    CONTRACT = "contract"  # a registered technology contract of their profile
    ACHIEVEMENT = "achievement"
    RECOMMENDATION = "recommendation"


class Source(StrEnum):
    """Where a material of the checklist comes from."""

    IDENTITY = "identity"
    EDUCATION = "education"
    EMPLOYMENT = "employment"
    TITLES = "titles"
    CONTRACTS = "contracts"
    HOURS = "hours"
    LEVEL = "level"
    INTEGRITY = "integrity"
    STATEMENT = "statement"
    FUNCTIONS = "functions"
    RECOMMENDATION = "recommendation"
    EMPLOYER = "employer"


class State(StrEnum):
    """How a material of the checklist stands."""

    SUPPLIED = "supplied"
    MISSING = "missing"
    HELD = "held"  # need not be supplied: the register has it


STATEMENT = "statement"
FUNCTIONS = "functions"
EMPLOYER = "employer"
ACHIEVEMENT = "achievement"
PROFILE = {
    "profile:education": N_("教育经历"),
    "profile:employment": N_("工作经历"),
    "profile:titles": N_("职称"),
    "profile:contracts": N_("技术合同"),
}
"""Parts of the profile as fields of an application, by the kinds `registry.profile` has."""
FIELDS = {
    STATEMENT: N_("工作情况说明"),
    FUNCTIONS: N_("申报的工作职能"),
    EMPLOYER: N_("用人单位"),
    ACHIEVEMENT: N_("重大新业绩"),
    **PROFILE,
}
"""What a notice may ask to mend, beside single functions and single pieces of evidence."""
FUNCTION_WORDS = {
    WorkFunction.FINDING: N_("挖掘"),
    WorkFunction.CULTIVATING: N_("培育"),
    WorkFunction.INCUBATING: N_("孵化"),
    WorkFunction.MATURING: N_("熟化"),
    WorkFunction.EVALUATING: N_("评价"),
    WorkFunction.PROMOTING: N_("推广"),
    WorkFunction.TRADING: N_("交易"),
    WorkFunction.SERVICES: N_("金融、法律和知识产权服务"),
}


def of_function(function: str) -> str:
    """The field of one claimed function."""
    return f"function:{function}"


def of_evidence(evidence: object) -> str:
    """The field of one piece of evidence, by its id."""
    return f"evidence:{evidence}"
