"""An authority, a face and a signed paper for the tests of this folder; made once per run."""

import tempfile
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from certificates import keys
from certificates.authority import AuthorityNames, Periods
from certificates.keys import FileSigner

PASSWORD = "correct horse battery staple"
ON = date(2026, 1, 5)
AT = datetime(2026, 11, 23, 4, 5, 6, tzinfo=UTC)
NAMES = AuthorityNames(
    organisation="技术经理人登记处（测试）",
    root="测试根证书",
    issuing="测试签发证书",
    seal="测试证书专用章",
    country="CN",
)
PERIODS = Periods(root_years=30, issuing_years=20, seal_years=12, source="tests")


def authority(seed: int = 0) -> Path:
    """An authority in a temporary folder; another seed gives another one of the same names."""
    return _established(seed)


def signer(seed: int = 0) -> FileSigner:
    """The seal of that authority."""
    return _loaded(seed)


@cache
def _established(seed: int) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=f"authority-{seed}-"))
    keys.establish_authority(folder, PASSWORD, NAMES, ON, periods=PERIODS)
    return folder


@cache
def _loaded(seed: int) -> FileSigner:
    return keys.load_signer(_established(seed), PASSWORD)
