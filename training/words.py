"""The words of this package: modules of the training outline, and modes of teaching."""

from enum import StrEnum


class Module(StrEnum):
    """The four parts of the Torch Centre's training outline."""

    PUBLIC_KNOWLEDGE = "public-knowledge"
    POLICY_AND_LAW = "policy-and-law"
    PRACTICAL_SKILLS = "practical-skills"
    ADVANCEMENT = "advancement"


class Mode(StrEnum):
    """How an hour was given."""

    FACE_TO_FACE = "face-to-face"
    LIVE_ONLINE = "live-online"
    RECORDED = "recorded"
    MENTORED_PRACTICE = "mentored-practice"
