"""The registry: people, organisations, accounts, integrity, and the common ground.

This package is the ground floor. The other packages stand on it; it imports none of them, except
in the three files that put the house together: `app.py`, `__main__.py` and `piccolo_conf.py`.
"""

import os

# Piccolo finds its engine and apps through this variable; set here so that no entry point can
# forget it. An operator may still point it elsewhere.
os.environ.setdefault("PICCOLO_CONF", "registry.piccolo_conf")
