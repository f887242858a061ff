"""Our app in a Saleor: installed from its manifest, and mended where it has come to differ.

An installed app does not follow its manifest, so each part is held beside it. Done as staff with
MANAGE_APPS and every permission that the app asks for.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from commerce.errors import CommerceError
from commerce.saleor.app import actions
from commerce.saleor.app.api_url import normalised
from commerce.saleor.app.models import Installation
from commerce.saleor.app.upstream import TokenRefused, Upstream
from commerce.saleor.client import Client
from commerce.saleor.document import Document
from commerce.saleor.errors import Refused
from commerce.saleor.setup.connect import Step

Node = dict[str, Any]
# As the mall serves it.
Manifest = Mapping[str, Any]

# Saleor tries our addresses for about a minute, after whatever its worker has to do before.
MOST_PAUSES = 120
# A worker that was ended in the middle does not come back to it.
LOST = timedelta(minutes=10)


class ManifestUnreached(CommerceError):
    """Saleor cannot read our manifest. ``data``: url, message (Saleor's, or whose it is)."""

    code = "SALEOR_APP_MANIFEST_UNREACHED"


class InstallFailed(CommerceError):
    """``data``: message, Saleor's or ours that it passes on."""

    code = "SALEOR_APP_INSTALL_FAILED"


class InstallPending(CommerceError):
    """Saleor's worker has not come to it. ``data``: seconds."""

    code = "SALEOR_APP_INSTALL_PENDING"
    retryable = True


class AppElsewhere(CommerceError):
    """Another mall's, or one whose database is gone. ``data``: url, where its webhooks go."""

    code = "SALEOR_APP_ELSEWHERE"


class AppPageOld(CommerceError):
    """The page beside an order is not the manifest's, which nobody can change there."""

    code = "SALEOR_APP_PAGE_OLD"


def address(client: Client) -> str:
    """The Saleor's, as it names itself to our app; normalised."""
    told = client.execute(Document.load("shop_address"))
    return normalised(told["shop"]["domain"]["url"].rstrip("/") + "/graphql/")


def connect_our_app(
    staff: Client,
    manifest: Manifest,
    manifest_url: str,
    api_url: str,
    *,
    upstream: Upstream,
    now: datetime,
    pause: Callable[[], None],
) -> Iterator[Step]:
    """``api_url``: as ``address``. ``pause`` waits a second for Saleor's worker. Each step is told
    once it is done.

    SALEOR_APP_MANIFEST_UNREACHED, SALEOR_APP_INSTALL_FAILED, SALEOR_APP_INSTALL_PENDING,
    SALEOR_APP_ELSEWHERE; SALEOR_APP_PAGE_OLD after all else was mended; as ``actions.install``.
    """
    id_ = _installed(staff, manifest)
    app = facts(staff, id_ or _install(staff, manifest, manifest_url, now, pause))
    held = Installation.objects.filter(api_url=api_url, app_id=app["id"]).first()
    elsewhere = _elsewhere(app, manifest)
    if elsewhere and held is None:
        raise AppElsewhere("app", url=elsewhere)
    yield Step("our app", not id_)
    yield Step("our app switched on", _switch_on(staff, app))
    yield Step("our app's permissions", _permit(staff, app, manifest))
    yield Step("webhooks", _mend_webhooks(staff, app, manifest))
    renewed = not _is_good(held, upstream)
    if renewed:
        token = _new_token(staff, app, manifest)
        actions.install(api_url=api_url, token=token, upstream=upstream, now=now)
    yield Step("our app's token", renewed)
    if page_differs(app, manifest):
        raise AppPageOld("app")


def facts(client: Client, app: str) -> Node:
    """``app``: its id there."""
    told: Node = client.execute(Document.load("app"), {"app": app})["app"]
    return told


def lacking_permissions(app: Node, manifest: Manifest) -> list[str]:
    return sorted(set(manifest["permissions"]) - {one["code"] for one in app["permissions"]})


def wrong_webhooks(app: Node, manifest: Manifest) -> list[str]:
    """By identifier: those that are missing or set otherwise, and those of no manifest of ours."""
    there = {webhook["identifier"]: webhook for webhook in app["webhooks"]}
    wanted = {webhook["identifier"]: webhook for webhook in manifest["webhooks"]}
    wrong = [name for name, one in wanted.items() if name not in there or _off(there[name], one)]
    return wrong + [name or "?" for name in there if name not in wanted]


def page_differs(app: Node, manifest: Manifest) -> bool:
    there = {(page["mountName"], page["url"]) for page in app["extensions"]}
    return there != {(page["mount"], page["url"]) for page in manifest["extensions"]}


def _installed(staff: Client, manifest: Manifest) -> str:
    """Its id there, or ""."""
    apps = staff.execute(Document.load("installations"))["apps"]["edges"]
    ours = (e["node"]["id"] for e in apps if e["node"]["identifier"] == manifest["id"])
    return next(ours, "")


def _install(
    staff: Client,
    manifest: Manifest,
    manifest_url: str,
    now: datetime,
    pause: Callable[[], None],
) -> str:
    """Its id there. One under way is waited for; what failed earlier is begun anew, so that it asks
    for what the manifest asks for now."""
    _try_manifest(staff, manifest, manifest_url)
    under_way = ""
    for row in _installations(staff):
        if row["manifestUrl"] != manifest_url:
            continue
        if row["status"] == "FAILED":
            staff.execute(
                Document.load("app_delete_failed_installation"), {"installation": row["id"]}
            )
        elif now - datetime.fromisoformat(row["updatedAt"]) < LOST:
            under_way = row["id"]
    under_way = under_way or _begin(staff, manifest, manifest_url)
    return _wait(staff, manifest, under_way, pause)


def _try_manifest(staff: Client, manifest: Manifest, manifest_url: str) -> None:
    """Answered at once, while an installation that fails says only later, and less."""
    try:
        told = staff.execute(Document.load("app_fetch_manifest"), {"url": manifest_url})
    except Refused as refused:
        said = refused.data["message"]
        raise ManifestUnreached("manifest", url=manifest_url, message=said) from refused
    found = told["appFetchManifest"]["manifest"]
    for ours, theirs in (("id", "identifier"), ("tokenTargetUrl", "tokenTargetUrl")):
        if found[theirs] != manifest[ours]:
            raise ManifestUnreached("manifest", url=manifest_url, message=found[theirs])


def _begin(staff: Client, manifest: Manifest, manifest_url: str) -> str:
    asked = {"url": manifest_url, "name": manifest["name"], "permissions": manifest["permissions"]}
    try:
        told = staff.execute(Document.load("app_install"), asked)
    except Refused as refused:
        raise InstallFailed("app", message=refused.data["message"]) from refused
    id_: str = told["appInstall"]["appInstallation"]["id"]
    return id_


def _wait(staff: Client, manifest: Manifest, under_way: str, pause: Callable[[], None]) -> str:
    """For a moment it is neither an installation nor an app."""
    for _ in range(MOST_PAUSES):
        row = next((one for one in _installations(staff) if one["id"] == under_way), None)
        if row is None and (id_ := _installed(staff, manifest)):
            return id_
        if row is not None and row["status"] == "FAILED":
            raise InstallFailed("app", message=row["message"])
        pause()
    raise InstallPending("app", seconds=MOST_PAUSES)


def _installations(staff: Client) -> list[Node]:
    told: list[Node] = staff.execute(Document.load("installations"))["appsInstallations"]
    return told


def _new_token(staff: Client, app: Node, manifest: Manifest) -> str:
    """The handshake told us the first one; what holds it may be gone, e.g. with a database."""
    told = staff.execute(
        Document.load("app_token_create"), {"app": app["id"], "name": manifest["name"]}
    )
    token: str = told["appTokenCreate"]["authToken"]
    return token


def _is_good(held: Installation | None, upstream: Upstream) -> bool:
    if held is None:
        return False
    try:
        return upstream.identity(held.api_url, held.token).app_id == held.app_id
    except TokenRefused:
        return False


def _elsewhere(app: Node, manifest: Manifest) -> str:
    """An address that its webhooks have and ours have not, or ""."""
    ours = {webhook["targetUrl"] for webhook in manifest["webhooks"]}
    return min({webhook["targetUrl"] for webhook in app["webhooks"]} - ours, default="")


def _switch_on(staff: Client, app: Node) -> bool:
    """First of all: of an app that is off no webhook can be changed."""
    if app["isActive"]:
        return False
    staff.execute(Document.load("app_activate"), {"app": app["id"]})
    return True


def _permit(staff: Client, app: Node, manifest: Manifest) -> bool:
    if not lacking_permissions(app, manifest):
        return False
    variables = {"app": app["id"], "permissions": manifest["permissions"]}
    staff.execute(Document.load("app_update"), variables)
    return True


def _mend_webhooks(staff: Client, app: Node, manifest: Manifest) -> bool:
    """By identifier. An app that was installed before Saleor 3.23 has webhooks without one: left
    there, each event would be told twice."""
    wrong = wrong_webhooks(app, manifest)
    wanted = {webhook["identifier"]: webhook for webhook in manifest["webhooks"]}
    for webhook in app["webhooks"]:
        if webhook["identifier"] not in wanted:
            staff.execute(Document.load("webhook_delete"), {"webhook": webhook["id"]})
    ids = {webhook["identifier"]: webhook["id"] for webhook in app["webhooks"]}
    for name in wanted:
        if name in wrong and name in ids:
            variables = {"webhook": ids[name], "input": wanted[name]}
            staff.execute(Document.load("webhook_update"), variables)
        elif name in wrong:
            new = {**wanted[name], "app": app["id"]}
            staff.execute(Document.load("webhook_create"), {"input": new})
    return bool(wrong)


def _off(there: Node, wanted: Mapping[str, Any]) -> bool:
    events = {one["eventType"] for one in there["asyncEvents"] + there["syncEvents"]}
    return not (
        there["isActive"]
        and there["targetUrl"] == wanted["targetUrl"]
        and there["subscriptionQuery"].strip() == wanted["query"].strip()
        and events == {*wanted.get("asyncEvents", ()), *wanted.get("syncEvents", ())}
    )
