"""Pictures that belong to somebody: each page that answers with one has looked at who asks."""

from django.http import HttpResponse


def private_picture(webp: bytes) -> HttpResponse:
    """Kept by nobody on the way, nor by the browser: the next person there may be another."""
    answer = HttpResponse(webp, content_type="image/webp")
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
