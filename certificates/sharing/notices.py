"""Telling people: a holder of a request, an employer of a change, by mail and by webhook.

Each delivery is a job of the outbox: it is tried again until it succeeds, and nothing is sent any
more once consent has been withdrawn.
"""

import json
from typing import Any
from uuid import UUID, uuid4

from anyio import to_thread

from certificates.sharing.watching import ASKED, BY_MAIL, BY_WEBHOOK
from certificates.tables import Webhook
from certificates.words import Consent
from registry.platform import audit, clock, i18n, mail, webhooks
from registry.platform.db import rows, transaction
from registry.platform.fields import Input
from registry.platform.i18n import N_
from registry.platform.installation import Installation
from registry.platform.outbox import Jobs
from registry.tables import Account

STATUS = {
    "in-force": N_("有效"),
    "suspended": N_("已暂停"),
    "revoked": N_("已撤销"),
    "expired": N_("已过期"),
    "replaced": N_("已换发"),
}
REQUEST_SUBJECT = N_("有单位希望关注您的证书")
REQUEST = N_(
    "{employer} 希望在您的证书 {number} 状态变化时得到通知。用途：{purpose}。"
    "请登录后在“授权与分享”页面同意或拒绝：{address}"
)
CHANGE_SUBJECT = N_("您关注的证书状态有变化")
CHANGE = N_("证书 {number} 的状态：{status}，自 {since} 起。请以查验结果为准：{address}")


class WebhookIn(Input):
    """Where an employer's programs are to be told."""

    url: str


def jobs(here: Installation) -> Jobs:
    """The deliveries, for a worker of one installation."""

    async def request(watch: str) -> None:
        """Mail a holder that somebody asks for consent."""
        found = await rows(
            "SELECT w.purpose, c.number, h.login, coalesce(o.name, a.display_name) AS employer"
            " FROM watch w JOIN certificate c ON c.id = w.certificate"
            " JOIN account h ON h.person = c.person JOIN account a ON a.id = w.employer"
            " LEFT JOIN organisation o ON o.id = a.organisation"
            " WHERE w.id = {} AND w.status = {}",
            UUID(watch),
            Consent.ASKED,
        )
        for row in found:
            facts = {**row, "address": f"{here.settings.public_url}/sharing"}
            await _write(row["login"], REQUEST_SUBJECT, REQUEST, facts, here)

    async def by_mail(notice: str) -> None:
        """Mail an employer a change."""
        if (row := await _consented(notice)) is None:
            return
        told = json.loads(row["body"])["data"]
        address = f"{here.settings.public_url}/verify"
        facts = {**told, "address": address}
        await _write(row["login"], CHANGE_SUBJECT, CHANGE, facts, here)

    async def by_webhook(notice: str) -> None:
        """Send an employer's programs a change, where they have named an address."""
        if (row := await _consented(notice)) is None:
            return
        hook = await Webhook.objects().get(Webhook.employer == row["employer"])
        if hook is None:
            return
        secret = here.vault.unseal(hook.secret, _place(hook.id))
        at = int(clock.now().timestamp())
        message, inside = f"msg_{UUID(notice).hex}", here.settings.webhook_networks
        try:
            await to_thread.run_sync(
                webhooks.send, hook.url, secret, message, at, row["body"].encode(), inside
            )
        except webhooks.NoLongerWanted:
            await _forget(hook)

    return {ASKED: request, BY_MAIL: by_mail, BY_WEBHOOK: by_webhook}


async def _consented(notice: str) -> dict[str, Any] | None:
    found = await rows(
        "SELECT n.body, w.employer, a.login FROM watch_notice n JOIN watch w ON w.id = n.watch"
        " JOIN account a ON a.id = w.employer WHERE n.id = {} AND w.status = {}",
        UUID(notice),
        Consent.GIVEN,
    )
    return found[0] if found else None


async def _write(
    to: str, subject: str, words: str, facts: dict[str, Any], here: Installation
) -> None:
    """A letter in both languages, since nobody has said which one they read."""
    parts = []
    for locale in i18n.LOCALES:
        said = dict(facts)
        if "status" in said:
            said["status"] = i18n.translate(STATUS[said["status"]], locale)
        parts.append(i18n.translate(words, locale).format(**said))
    both = " / ".join(i18n.translate(subject, locale) for locale in i18n.LOCALES)
    await mail.send(mail.letter(to, both, "\n\n".join(parts)), here.settings)


async def listen_at(asked: WebhookIn, *, by: Account, here: Installation) -> str:
    """Name the address of an employer's programs; the answer is the secret, told this once.

    Raises:
        FieldsInvalid: the address is not one that may be spoken to.
    """
    inside = here.settings.webhook_networks
    await to_thread.run_sync(webhooks.refuse_unreachable, asked.url, inside)
    secret, identifier = webhooks.new_secret(), uuid4()
    async with transaction():
        await Webhook.delete().where(Webhook.employer == by.id)
        await Webhook(
            id=identifier,
            employer=by.id,
            url=asked.url,
            secret=here.vault.seal(secret, _place(identifier)),
            made_at=clock.now(),
        ).save()
        await audit.record("webhook.set", f"webhook:{identifier}")
    return secret


async def address(*, by: Account) -> str | None:
    """Where the caller's programs are told."""
    hook = await Webhook.objects().get(Webhook.employer == by.id)
    return hook.url if hook else None


async def stop(*, by: Account) -> None:
    """Tell the caller's programs nothing any more; safe to repeat."""
    hook = await Webhook.objects().get(Webhook.employer == by.id)
    if hook is not None:
        await _forget(hook)


async def _forget(hook: Webhook) -> None:
    async with transaction():
        await Webhook.delete().where(Webhook.id == hook.id)
        await audit.record("webhook.end", f"webhook:{hook.id}")


def _place(hook: UUID) -> str:
    return f"webhook:{hook}:secret"
