"""What things of ours are called in a Saleor, and by what they are found there again."""

PRODUCT_TYPE = "mall-goods"
CATEGORY = "mall"
MERCHANT_ATTRIBUTE = "mall-merchant"
TAXED = "장터 과세 10%"
EXEMPT = "장터 면세"
ZONE = "장터 대한민국"
APP = "kr.jangteo.core"

# Saleor takes only full Korean addresses, and the tax hangs on the country alone. Who gets the
# goods, and where, the mall keeps to itself.
ADDRESS = {
    "firstName": "장터",
    "lastName": "Jangteo",
    "companyName": "장터",
    "country": "KR",
    "countryArea": "경기도",
    "city": "수원시",
    "cityArea": "영통구",
    "streetAddress1": "도청로 30",
    "postalCode": "16508",
}

# Warehouses join the channel and methods are made whenever a merchant or a fee is new.
PERMISSIONS = (
    "HANDLE_PAYMENTS",
    "MANAGE_CHANNELS",
    "MANAGE_ORDERS",
    "MANAGE_PRODUCTS",
    "MANAGE_SETTINGS",
    "MANAGE_SHIPPING",
)


def method_name(price_won: int) -> str:
    """One shipping method for each price; the slot and the window stand in the order."""
    return f"장터 배송 {price_won:,}원" if price_won else "장터 무료 배송·수령"
