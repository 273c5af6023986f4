"""Shares of votes, exactly: quorum and majority of every panel of the house."""


def reaches(part: int, whole: int, parts: int, of: int) -> bool:
    """Whether `part` is at least parts/of of `whole`; never of nobody."""
    return whole > 0 and part * of >= whole * parts


def least(whole: int, parts: int, of: int) -> int:
    """The smallest part that reaches parts/of of `whole`."""
    return -(-whole * parts // of)
