"""What `mall saleor` does about our app in that Saleor. Imported once Django is ready."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count

from django.conf import settings

from commerce.errors import CommerceError
from commerce.saleor.app.models import Installation
from commerce.saleor.app.upstream import upstream
from commerce.saleor.app.verifying import SaleorNotAllowed, allowed
from commerce.saleor.client import Client
from commerce.saleor.errors import Refused, SaleorError
from commerce.saleor.setup.check import CONNECT, Finding, check_app
from commerce.saleor.setup.connect import Step
from commerce.saleor.setup.our_app import address, connect_our_app
from storefront.refusals import as_dict
from storefront.saleor_app import manifest

SAID_EVERY_SECONDS = 5
WAITING = "Saleor가 장터 앱을 설치하는 중 · Saleor installs our app"
NOT_ALLOWED = """  {mark} 장터 앱 · our app: 설치하지 않았습니다 / not installed
      두려면 장터의 모든 프로세스에 넣고 다시 실행해 주세요 /
      to have it there, set this for every process of the mall, then run this again:
      SALEOR_ALLOWED_API_URLS={api_urls}
      MALL_PUBLIC_URL={public_url}  (Saleor에서 닿는 주소 · as reached from there)"""


class Installing:
    """The last part of connecting: what is in its way undoes nothing of the rest.

    ``trouble``: lines that say what that is. ``code``: 1 with a trouble, unless no Saleor is to
    have the app.
    """

    def __init__(self, staff: Client) -> None:
        self.staff = staff
        self.trouble: list[str] = []
        self.code = 0

    def steps(self) -> Iterator[Step]:
        api_url = address(self.staff)
        try:
            yield from connect_our_app(
                self.staff,
                manifest.contents(),
                manifest.url(),
                allowed(api_url),
                upstream=upstream(),
                now=datetime.now(UTC),
                pause=_pauses(),
            )
        except SaleorNotAllowed:
            self.trouble = [_not_allowed(api_url)]
            self.code = min(len(settings.SALEOR_ALLOWED_API_URLS), 1)
        except Refused:
            raise
        except CommerceError as refusal:
            self.trouble = _said(refusal)
            self.code = 1


def findings(core: Client) -> Iterator[Finding]:
    """A Saleor that the settings do not name need not have our app. Nothing of one that does not
    answer: whoever asked for more was told."""
    try:
        api_url = address(core)
    except SaleorError:
        return
    held = Installation.objects.filter(api_url=api_url).first()
    if not _is_allowed(api_url):
        advice = f"SALEOR_ALLOWED_API_URLS={api_url}" if held else ""
        yield Finding("our app", "SALEOR_ALLOWED_API_URLS does not name this Saleor", advice)
    elif held is None:
        yield Finding("our app", "not installed", CONNECT)
    else:
        with Client(api_url, held.token) as client:
            yield from check_app(client, manifest.contents())


def _is_allowed(api_url: str) -> bool:
    try:
        allowed(api_url)
    except SaleorNotAllowed:
        return False
    return True


def _not_allowed(api_url: str) -> str:
    urls = settings.SALEOR_ALLOWED_API_URLS
    return NOT_ALLOWED.format(
        mark="✗" if urls else "·",
        api_urls=" ".join([*urls, api_url]),
        public_url=settings.PUBLIC_URL,
    )


def _said(refusal: CommerceError) -> list[str]:
    told = as_dict(refusal)
    return [
        f"  ✗ 장터 앱 · our app: {told['code']}",
        f"      {told['message_ko']}",
        f"      {told['message_en']}",
    ]


def _pauses() -> Callable[[], None]:
    """Each call waits a second; now and then it says so."""
    seconds = count()

    def pause() -> None:
        passed = next(seconds)
        if passed % SAID_EVERY_SECONDS == 0:
            print(f"  … {WAITING}: {passed} s", flush=True)
        time.sleep(1)

    return pause
