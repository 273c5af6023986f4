"""Numbers without a gap: each is given out once, in order, with the row that bears it."""

from registry.platform.db import joined, rows


async def next_number(name: str) -> int:
    """The next number of a counter, 1 first.

    Call inside the transaction that stores what bears the number: the counter's row stays locked
    until then, and a roll-back gives the number back. A database sequence would leave gaps.
    """
    async with joined():
        await rows("INSERT INTO counter (name, value) VALUES ({}, 0) ON CONFLICT DO NOTHING", name)
        row = await rows(
            "UPDATE counter SET value = value + 1 WHERE name = {} RETURNING value", name
        )
        number: int = row[0]["value"]
        return number
