"""What couriers are called: (Korean, English)."""

from commerce.parcels.couriers import Courier

NAMES: dict[str, tuple[str, str]] = {
    Courier.CJ: ("CJ대한통운", "CJ Logistics"),
    Courier.POST: ("우체국택배", "Korea Post"),
    Courier.HANJIN: ("한진택배", "Hanjin"),
    Courier.LOTTE: ("롯데택배", "Lotte"),
    Courier.LOGEN: ("로젠택배", "Logen"),
}
