"""Settings, from the environment. ``mall up`` sets them for a local stack; see docs/settings.md."""

import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

BASE_DIR = Path(__file__).resolve().parents[2]
STATE_DIR = Path(os.environ.get("MALL_STATE", BASE_DIR / ".state")).absolute()
DEBUG = os.environ.get("MALL_DEBUG") == "1"


def _required(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. `mall up` sets it for a local stack.")
    return value


def _one_of(name: str, default: str, *others: str) -> str:
    value = os.environ.get(name, default)
    if value not in (default, *others):
        raise ImproperlyConfigured(f"{name} is {value!r}, not one of {(default, *others)}.")
    return value


PREPARED_AFTER = 5  # psycopg's own; without it a statement that asks to be prepared is not


def _database(url: str) -> dict[str, Any]:
    """Django's words for a libpq URL, e.g. ``postgresql://mall@/mall?host=/run/mall``."""
    parts = conninfo_to_dict(url)
    known = {
        "NAME": parts.pop("dbname", "mall"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
    }
    pool = {"pool": {"min_size": 1, "max_size": 8}} if os.environ.get("DB_POOL") == "1" else {}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **known,
        # A pooled connection from before the server was restarted is replaced unseen.
        "CONN_HEALTH_CHECKS": True,
        # ``parts``, e.g. sslmode. Only a statement that asks for it is prepared.
        "OPTIONS": {**parts, **pool, "prepare_threshold": PREPARED_AFTER},
    }


def _broker(url: str) -> str:
    """Celery's name for a Redis socket: ``unix:///x`` is ``redis+socket:///x`` there."""
    return url.replace("unix://", "redis+socket://", 1)


SECRET_KEY = _required("MALL_SECRET_KEY")
ALLOWED_HOSTS = os.environ.get("MALL_HOSTS", "localhost 127.0.0.1 [::1]").split()
CSRF_TRUSTED_ORIGINS = os.environ.get("MALL_ORIGINS", "").split()
DATABASES = {"default": _database(_required("DATABASE_URL"))}
REDIS_URL = os.environ.get("REDIS_URL", "redis://localhost:6379/0")
# Where browsers reach the live process: a path behind a proxy, or its own origin on one machine.
LIVE_URL = os.environ.get("LIVE_URL", "/live/")
HTTPS = os.environ.get("MALL_HTTPS") == "1"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django_htmx",
    "leaflet",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.kakao",
    "allauth.socialaccount.providers.naver",
    "commerce",
    "logistics",
    "drivethrough",
    "storefront",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "storefront.config.language.chosen_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "storefront.accounts.access.deny_by_default",
    "storefront.accounts.audit.written_down",
    "storefront.refusals.answer_refusals",
]

ROOT_URLCONF = "storefront.config.urls"
WSGI_APPLICATION = "storefront.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "storefront" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "storefront.config.page.facts",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "storefront.templatetags.words",
                "storefront.templatetags.cards",
            ],
        },
    }
]

AUTH_USER_MODEL = "storefront.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = os.environ.get("MALL_EMAIL_VERIFICATION", "optional")
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_ADAPTER = "storefront.accounts.adapter.AccountAdapter"
SOCIALACCOUNT_ONLY = False


def _social(provider: str) -> dict[str, Any]:
    """A provider's app when its keys are set; without keys the button is not shown."""
    client_id = os.environ.get(f"{provider}_CLIENT_ID", "")
    secret = os.environ.get(f"{provider}_CLIENT_SECRET", "")
    return {"APPS": [{"client_id": client_id, "secret": secret}]} if client_id else {"APPS": []}


SOCIALACCOUNT_PROVIDERS = {"kakao": _social("KAKAO"), "naver": _social("NAVER")}

LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", "한국어"), ("en", "English")]
# Each screen package keeps its own words beside it.
LOCALE_PATHS = sorted((BASE_DIR / "storefront").glob("**/locale"))
TIME_ZONE = "Asia/Seoul"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "/static/"
STATIC_ROOT = STATE_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "storefront" / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = STATE_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": os.environ.get(
            "MALL_STATIC_STORAGE", "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL},
    # Parts of public pages: each process keeps its own, so none waits for another. Some 15 MB when
    # it is full.
    "template_fragments": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
    # Whole pages for visitors (storefront.shop.remembered), in each process too: some 15 MB.
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "TIMEOUT": int(os.environ.get("MALL_PAGE_SECONDS", "10")),
        "OPTIONS": {"MAX_ENTRIES": 400},
    },
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "storefront.refusals.page_too_old"
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

_LIVE_ORIGIN = [LIVE_URL.removesuffix("/live/")] if LIVE_URL.startswith("http") else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF, *_LIVE_ORIGIN],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

CELERY_BROKER_URL = _broker(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

EMAIL_HOST = os.environ.get("MALL_EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("MALL_EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("MALL_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("MALL_EMAIL_PASSWORD", "")
_EMAIL_TLS = _one_of("MALL_EMAIL_TLS", "", "starttls", "tls")
EMAIL_USE_TLS = _EMAIL_TLS == "starttls"
EMAIL_USE_SSL = _EMAIL_TLS == "tls"
# A silent server would keep a page or a thread of the worker waiting.
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = os.environ.get(
    "MALL_EMAIL_BACKEND",
    f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend",
)
DEFAULT_FROM_EMAIL = os.environ.get("MALL_EMAIL_FROM", "장터 <hello@localhost>")

# Adapters, chosen by dotted name as Django does for e-mail.
COMMERCE_CORE = os.environ.get("COMMERCE_CORE", "commerce.core.embedded.EmbeddedCore")
PAYMENT_GATEWAY = os.environ.get(
    "PAYMENT_GATEWAY", "commerce.payments.sandbox.gateway.SandboxGateway"
)
CASH_RECEIPTS = os.environ.get("CASH_RECEIPTS", "commerce.receipts.sandbox.SandboxCashReceipts")
# One line: bank, number and holder. Empty: nobody is asked to pay by bank transfer.
TRANSFER_ACCOUNT = os.environ.get("TRANSFER_ACCOUNT", "")
TRANSFER_HOURS = int(os.environ.get("TRANSFER_HOURS", "24"))
# Of merchants who have not set their own, in won; the second is asked beside it where couriers ask
# more.
PARCEL_WON = int(os.environ.get("PARCEL_WON", "3500"))
PARCEL_FAR_WON = int(os.environ.get("PARCEL_FAR_WON", "3000"))
# So long after it was given to a courier a parcel is taken to have come; so long after it came back
# its money goes back.
PARCEL_DAYS = int(os.environ.get("PARCEL_DAYS", "3"))
STRIPE_SECRET_KEY = os.environ.get("STRIPE_SECRET_KEY", "")
STRIPE_WEBHOOK_SECRET = os.environ.get("STRIPE_WEBHOOK_SECRET", "")
STRIPE_PUBLISHABLE_KEY = os.environ.get("STRIPE_PUBLISHABLE_KEY", "")
TOSS_SECRET_KEY = os.environ.get("TOSS_SECRET_KEY", "")
TOSS_CLIENT_KEY = os.environ.get("TOSS_CLIENT_KEY", "")
_GATEWAY_KEYS = {
    "commerce.payments.stripe_gateway.StripeGateway": {
        "STRIPE_SECRET_KEY": STRIPE_SECRET_KEY,
        "STRIPE_WEBHOOK_SECRET": STRIPE_WEBHOOK_SECRET,
        "STRIPE_PUBLISHABLE_KEY": STRIPE_PUBLISHABLE_KEY,
    },
    "commerce.payments.toss_gateway.TossGateway": {
        "TOSS_SECRET_KEY": TOSS_SECRET_KEY,
        "TOSS_CLIENT_KEY": TOSS_CLIENT_KEY,
    },
}
# Said at the start: the first shopper should not be the one to find out.
for _name, _key in _GATEWAY_KEYS.get(PAYMENT_GATEWAY, {}).items():
    if not _key:
        raise ImproperlyConfigured(
            f"{_name} is not set, and PAYMENT_GATEWAY {PAYMENT_GATEWAY} needs it: docs/payments.md"
        )
ROAD_MATRIX = os.environ.get("ROAD_MATRIX", "logistics.road_matrix.straight_line.StraightLine")
# For the adapters that ask OSRM. Its server's limit is --max-table-size.
OSRM_URL = os.environ.get("OSRM_URL", "http://localhost:5000")
OSRM_TABLE_SIZE = int(os.environ.get("OSRM_TABLE_SIZE", "100"))
OSRM_SECONDS = float(os.environ.get("OSRM_SECONDS", "10"))
OSRM_DATA = os.environ.get("OSRM_DATA", "")

# The Saleors our app may be installed in; without one its addresses are not there.
SALEOR_ALLOWED_API_URLS = os.environ.get("SALEOR_ALLOWED_API_URLS", "").split()
SALEOR_APP_IDENTIFIER = os.environ.get("SALEOR_APP_IDENTIFIER", "kr.jangteo.app")
SALEOR_DASHBOARD_ORIGINS = os.environ.get("SALEOR_DASHBOARD_ORIGINS", "").split()
# The Saleor that is our commerce core, when COMMERCE_CORE says so, and the token that
# `mall saleor connect` showed.
SALEOR_API_URL = os.environ.get("SALEOR_API_URL", "")
SALEOR_TOKEN = os.environ.get("SALEOR_TOKEN", "")
SALEOR_CHANNEL = os.environ.get("SALEOR_CHANNEL", "mall-kr")
SALEOR_UPSTREAM = "commerce.saleor.app.http_upstream.HttpUpstream"
# Where a Saleor and its Dashboard reach us. A request's own host would not do: a Saleor leaves the
# port out of it.
PUBLIC_URL = os.environ.get("MALL_PUBLIC_URL", "http://localhost:8000").rstrip("/")

# How long the solver thinks about one depot's day.
PLAN_SECONDS = int(os.environ.get("MALL_PLAN_SECONDS", "30"))
# … and how long about the rest of a day while its vans are on the road.
REPLAN_SECONDS = int(os.environ.get("MALL_REPLAN_SECONDS", "10"))
# Searches beside each other on one day: half of the processors, the others are for the pages.
PLAN_THREADS = int(os.environ.get("MALL_PLAN_THREADS", "0")) or max(1, (os.cpu_count() or 1) // 2)
# A door expects its van within so many minutes of what it was told. Beyond them a new plan pays so
# many seconds of driving for each second, and whoever is moved by more than the last is told.
PROMISE_WITHIN_MINUTES = int(os.environ.get("MALL_PROMISE_WITHIN_MINUTES", "15"))
PROMISE_COST = int(os.environ.get("MALL_PROMISE_COST", "3"))
PROMISE_TELL_MINUTES = int(os.environ.get("MALL_PROMISE_TELL_MINUTES", "20"))
# What an hour of a van's driving is worth, where vans say what they cost in won.
DRIVING_HOUR_WON = int(os.environ.get("MALL_DRIVING_HOUR_WON", "20000"))
# A door that is served every week keeps its driver and its hour while that costs less than these:
# seconds of driving for another driver, and for each second outside so many minutes around it.
STRANGER_COST = int(os.environ.get("MALL_STRANGER_COST", "600"))
USUAL_WITHIN_MINUTES = int(os.environ.get("MALL_USUAL_WITHIN_MINUTES", "20"))
USUAL_COST = int(os.environ.get("MALL_USUAL_COST", "1"))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        # It would log every question, and with it where people live.
        "httpx": {"level": "WARNING"},
        # They would log each letter and table that a PDF goes without.
        "fontTools": {"level": "ERROR"},
        "fpdf": {"level": "ERROR"},
    },
    "root": {"handlers": ["console"], "level": os.environ.get("MALL_LOG_LEVEL", "INFO")},
}
