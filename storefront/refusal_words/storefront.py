"""What pages and journeys refuse, and what several capabilities do."""

WORDS: dict[str, tuple[str, str]] = {
    "ACCOUNT_UNKNOWN": (
        "이 이메일로 가입한 사람이 없습니다. 먼저 장터에 가입해 달라고 한 뒤 다시 적어 주세요.",
        "Nobody has signed up with this e-mail address. Please ask them to sign up first, then enter it again.",
    ),
    "ADDRESS_NEEDED": (
        "받을 주소를 골라 주세요.",
        "Please choose an address to deliver to.",
    ),
    "AUDIT_FILE_TOO_LONG": (
        "기록이 {found:,}건이라 한 파일에 담을 수 없습니다. {most:,}건이 넘지 않게 날짜를 좁혀 주세요.",
        "There are {found:,} entries, and a file holds {most:,}. Please choose fewer days.",
    ),
    "BAD_INPUT": (
        "입력한 값을 알아볼 수 없습니다. 다시 확인해 주세요.",
        "We could not read that value. Please check it and try again.",
    ),
    "BAD_REQUEST": (
        "요청을 처리할 수 없습니다. 다시 시도해 주세요.",
        "That request cannot be handled. Please try again.",
    ),
    "BASKET_GONE": (
        "이 장바구니는 이미 주문했거나 비워졌습니다. 내 주문을 확인해 주세요.",
        "This basket was ordered or emptied already. Please look at your orders.",
    ),
    "BODY_TOO_LARGE": (
        "보낸 내용이 너무 큽니다. {most:,}바이트까지만 받습니다.",
        "That is too large. At most {most:,} bytes are taken.",
    ),
    "BOX_NEEDS_CARD": (
        "정기 배송은 다음 꾸러미도 결제할 카드가 필요합니다. 카드를 골라 번호를 적어 주세요.",
        "A regular box needs a card for the boxes to come. Please choose to pay by card and enter one.",
    ),
    "BOX_NEEDS_MEMBER": (
        "정기 배송은 가입한 분만 신청할 수 있습니다. 가입하거나, 꾸러미를 빼고 주문해 주세요.",
        "Regular boxes are for members. Please sign up, or take the box out of your basket.",
    ),
    "CANCEL_TOO_LATE": (
        "주문 마감이 지나 이제 취소할 수 없습니다. 받은 뒤 상품에 문제가 있으면 주문 화면에서 알려 주세요.",
        "The cut-off has passed, so this can no longer be cancelled. If something is wrong with it when you receive it, please tell us on the order's page.",
    ),
    "CLOCK_WRONG": (
        "전화기의 시각이 맞지 않아 기록을 받지 못했습니다. 전화기의 날짜와 시각을 맞춘 뒤 다시 눌러 주세요.",
        "The phone's clock is wrong, so this was not recorded. Please set its date and time, then tap again.",
    ),
    "COLLECTION_BOOKED": (
        "이미 다른 시간에 가지러 가기로 했습니다. 그 시간에 문 앞에 두셔도 됩니다.",
        "We are already coming at another time. You may leave the books at the door then.",
    ),
    "CONSIGNMENT_CANCELLED": (
        "그 사이에 취소된 배송입니다({label}). 전하지 말고 거점으로 가져와 주세요.",
        "This was cancelled meanwhile ({label}). Please do not hand it over; bring it back to the depot.",
    ),
    "DATA_REQUEST_REUSED": (
        "이미 처리한 요청입니다. 화면을 새로 열고 다시 해 주세요.",
        "This request was dealt with before. Please open the page anew and try again.",
    ),
    "DELIVERY_FEE_CHANGED": (
        "이 주소는 배송비가 {old:,}원이 아니라 {new:,}원입니다. 아래 금액을 확인하고 다시 주문해 주세요.",
        "Bringing it to this address costs {new:,} won instead of {old:,}. Please check the amounts below and order again.",
    ),
    "DRIVER_TAKEN": (
        "이 기사로 일하는 계정이 이미 있습니다. 먼저 그 계정의 역할을 거두거나 다른 기사를 골라 주세요.",
        "Another account already works as this driver. Please take that role away first, or choose another driver.",
    ),
    "EMAIL_FORMAT": (
        "이메일을 알아볼 수 없습니다. name@example.com처럼 적거나 비워 두세요.",
        "We could not read that e-mail address. Please write it like name@example.com, or leave it empty.",
    ),
    "ERASE_ROLES_HELD": (
        "장터에서 맡은 역할이 있어 탈퇴할 수 없습니다. 운영자에게 역할을 거두어 달라고 해 주세요.",
        "You hold a role here, so you cannot leave yet. Please ask an operator to take it away first.",
    ),
    "ERASE_UNDER_WAY": (
        "아직 끝나지 않은 것이 있어 탈퇴할 수 없습니다: 주문 {orders}건, 정기 꾸러미 {boxes}개, 빌린 책 꾸러미 {loans}개, 답을 기다리는 반품 {returns}건. 끝난 뒤에 다시 해 주세요.",
        "Some things have not ended yet: {orders} orders, {boxes} box subscriptions, {loans} book bundles on loan, {returns} returns waiting for an answer. Please try again when they have.",
    ),
    "GUEST_SIGNED_IN": (
        "가입하지 않고 하신 주문의 주소입니다. 로그아웃한 뒤 다시 열어 주세요.",
        "This link is of an order without an account. Please sign out and open it again.",
    ),
    "GUEST_UNKNOWN": (
        "이 전화번호와 조회 번호로 한 주문이 없습니다. 다시 확인해 주세요.",
        "There is no order with this telephone number and code. Please check both.",
    ),
    "HOW_TAKEN_MISSING": (
        "받을 돈이 있습니다. 받은 뒤 현금인지 카드인지 눌러 주세요.",
        "Money is to be paid here. Take it, then press whether in cash or by card.",
    ),
    "INVALID_TRANSITION": (
        "지금 상태({now})에서는 할 수 없는 일입니다. 화면을 새로 고쳐 현재 상태를 확인해 주세요.",
        "This cannot be done in the present state ({now}). Please reload the page to see how things stand.",
    ),
    "KEY_REUSED": (
        "같은 요청 번호로 다른 내용이 들어와 처리하지 않았습니다. 화면을 새로 고친 뒤 다시 시도해 주세요.",
        "The same request number came with different content, so nothing was done. Please reload the page and try again.",
    ),
    "LOCALITY_UNKNOWN": (
        "그 시·군·구와 동을 찾지 못했습니다. 목록에서 골라 주세요. 예: 수원시 팔달구 · 지동. 경기도 밖은 시·도 이름부터 적어 주세요.",
        "We could not find that city and neighbourhood. Please choose from the list, e.g. 수원시 팔달구 · 지동; outside Gyeonggi begin with the province.",
    ),
    "MERCHANT_AWAY": (
        "{name}이(가) {on}에 쉽니다. 다른 날을 골라 주세요.",
        "{name} is away on {on}. Please choose another day.",
    ),
    "MONEY_DUE": (
        "받을 돈이 {amount}원 있습니다. 받은 뒤 현금인지 카드 단말기인지 표시하고 다시 눌러 주세요.",
        "₩{amount} is to be paid here. Take it, say whether in cash or by card terminal, then tap again.",
    ),
    "NOT_ALLOWED": (
        "이 화면을 볼 권한이 없습니다. 다른 계정으로 로그인해 주세요.",
        "You may not open this page. Please sign in with another account.",
    ),
    "NOT_BROUGHT": (
        "이 상품이나 주소로는 그 시간에 배송할 수 없습니다. 다른 시간을 골라 주세요.",
        "This cannot be brought to that address at that time. Please choose something else.",
    ),
    "NOT_FOUND": (
        "찾으시는 것이 없거나 이미 치워졌습니다.",
        "We could not find that, or it has been removed.",
    ),
    "NO_WINDOW": (
        "그날 이 주소로 갈 수 있는 배송 시간이 없습니다.",
        "There is no delivery window to this address on that day.",
    ),
    "OPERATOR_LAST": (
        "마지막 운영자라 역할을 거둘 수 없습니다. 먼저 다른 사람에게 운영자 역할을 주세요.",
        "This is the last operator, so the role stays. Please make somebody else an operator first.",
    ),
    "OPERATOR_OWN": (
        "내 운영자 역할은 내가 거둘 수 없습니다. 다른 운영자에게 부탁해 주세요.",
        "You cannot take your own operator's role away. Please ask another operator.",
    ),
    "OTHERS_IN_PART": (
        "다른 가게 상품과 함께 나가는 주문이라 옮길 수 없습니다. 환불해 주세요.",
        "Other stalls’ goods come with it, so it cannot be moved. Please give the money back.",
    ),
    "OUT_OF_AREA": (
        "이 주소까지는 아직 배송하지 못합니다. 택배나 차에서 받기를 고르거나 다른 주소를 써 주세요.",
        "We do not deliver to this address yet. Choose a parcel or pick up by car instead, or use another address.",
    ),
    "PAGE_TOO_OLD": (
        "이 화면을 연 뒤에 로그인이 바뀌어 처리하지 않았습니다. 뒤로 가서 새로 고친 뒤 다시 눌러 주세요.",
        "The sign-in changed after this page was opened, so nothing was done. Please go back, reload and try again.",
    ),
    "PARCEL_NOT_SENT": (
        "아직 택배사에 맡기지 않은 주문입니다. 송장번호를 먼저 적어 주세요.",
        "No courier has it yet. Please enter its tracking number first.",
    ),
    "PARCEL_NO_DAY": (
        "{part}이(가) 오래 쉬어 택배를 보낼 날이 없습니다. 빼고 주문해 주세요.",
        "{part} is away for so long that it cannot be sent. Please take it out and order the rest.",
    ),
    "PARCEL_PAID_BEFORE": (
        "택배로 받는 상품은 받을 때 낼 수 없습니다. 카드로 결제하거나 입금해 주세요.",
        "What comes by parcel cannot be paid on receipt. Please pay by card or bank transfer.",
    ),
    "PRODUCT_CLOSED": (
        "‘{name}’은(는) {on}에 받는 주문이 마감되었습니다. 더 뒤의 날을 골라 주세요.",
        "Orders of “{name_en}” for {on} have closed. Please choose a later day.",
    ),
    "ROLE_FOR_ONE_THING": (
        "이 역할은 한 사람이 한 곳에서만 맡을 수 있습니다. 먼저 지금 맡은 곳의 역할을 거두어 주세요.",
        "One person has this role in one place only. Please take away the one they have first.",
    ),
    "ROLE_SCOPE": (
        "이 역할을 맡길 곳이 아닙니다. 목록에서 다시 골라 주세요.",
        "This role cannot be given for that. Please choose from the list again.",
    ),
    "SALEOR_GOODS_UNKNOWN": (
        "이 주문에는 장터에 없는 상품이 {count}줄 있어 맡을 수 없습니다. 상품을 장터에 맞춘 뒤 다시 시도하거나 Saleor에서 주문을 취소해 주세요.",
        "{count} lines of this order are goods that the mall does not have, so it was not taken. Please bring the goods in line and try again, or cancel the order in the Saleor.",
    ),
    "SALEOR_HANDED_OVER_THERE": (
        "Saleor에서 전달한 것으로 적었지만 장터에서는 아직 전달하지 않았습니다. 누가 전달했는지 확인해 주세요.",
        "The Saleor says that this was handed over, but the mall has not done so. Please find out who handed it over.",
    ),
    "SALEOR_NOT_IN_WON": (
        "원화가 아닌 주문({currency})은 맡을 수 없습니다. Saleor에서 주문을 취소하고 환불해 주세요.",
        "An order in {currency} cannot be taken: only won. Please cancel and refund it in the Saleor.",
    ),
    "SALEOR_NO_WINDOW": (
        "앞으로 며칠 동안 이 주소로 가는 배송 시간이 모두 찼습니다. 자리를 늘린 뒤 다시 시도해 주세요.",
        "No delivery window of the next days has room for this address. Please make room, then try again.",
    ),
    "SALEOR_ORDER_UNKNOWN": (
        "장터가 전달하는 주문이 아닙니다.",
        "The mall does not hand over this order.",
    ),
    "SALEOR_PARTLY_PAID": (
        "총액 {total:,}원 가운데 {charged:,}원만 결제됐습니다. Saleor에서 나머지를 받거나 주문을 취소해 주세요.",
        "Only {charged:,} of {total:,} won were paid. Please take the rest in the Saleor, or cancel the order.",
    ),
    "SALEOR_REFUND_DIFFERS": (
        "Saleor에서는 {there:,}원을 돌려줬다고 하지만 장터가 돌려준 돈은 {here:,}원입니다. 결제사 화면과 견주어 주세요.",
        "The Saleor says that {there:,} won were given back, the mall gave back {here:,}. Please compare with the payment gateway.",
    ),
    "SALEOR_SLOT_ELSEWHERE": (
        "고른 드라이브스루 시간이 이 상품들을 찾을 수 있는 거점의 것이 아닙니다. 주문 메타데이터의 mall.slot을 고친 뒤 다시 시도해 주세요.",
        "The slot is not at the site where these goods can be fetched. Please correct mall.slot in the order's metadata, then try again.",
    ),
    "SALEOR_TOTAL_DIFFERS": (
        "상품과 배송비의 합({sum:,}원)이 주문 총액({total:,}원)과 다릅니다. 상품권이나 수동 할인이 있는지 확인해 주세요.",
        "Goods and delivery come to {sum:,} won, but the order's total is {total:,}. Please look for gift cards or manual discounts.",
    ),
    "SERVER_ERROR": (
        "잠시 문제가 생겼습니다. 조금 뒤에 다시 시도해 주세요.",
        "Something went wrong on our side. Please try again in a moment.",
    ),
    "SETTLEMENT_DAY_OPEN": (
        "아직 끝나지 않은 날까지는 정산할 수 없습니다. {last_on}까지의 날짜를 골라 주세요.",
        "That day is not over, so it cannot be settled yet. Please choose {last_on} or earlier.",
    ),
    "SLOT_NEEDED": (
        "{part}에서 받을 시간을 먼저 잡아 주세요.",
        "Please keep a time at {part} first.",
    ),
    "STOP_MOVED": (
        "기록을 받았습니다. 다만 이 배송({label})은 경로가 바뀌어 다른 기사님께 가 있었습니다. 그 기사님 목록에서도 끝난 것으로 표시됩니다.",
        "Your report counts. This stop ({label}) had gone to another driver meanwhile; it is marked on their list too.",
    ),
    "TRANSFER_NOT_OFFERED": (
        "지금은 무통장입금을 받지 않습니다. 받을 때 내는 것으로 해 주세요.",
        "Bank transfers are not taken at present. Please choose to pay on receipt.",
    ),
    "TRANSFER_TOO_LATE": (
        "마감이 가까워 입금을 기다릴 수 없습니다. 받을 때 내거나 다른 시간을 골라 주세요.",
        "The cut-off is too near to wait for a transfer. Please choose to pay on receipt, or another time.",
    ),
    "VOUCHER_CHANGED": (
        "바우처로 낼 수 있는 금액이 {covered:,}원으로 바뀌었습니다. 아래 금액을 확인하고 다시 주문해 주세요.",
        "The vouchers now pay {covered:,} won. Please check the amounts below and order again.",
    ),
    "WINDOW_NEEDED": (
        "{part}에서 받을 시간을 골라 주세요.",
        "Please choose a delivery time for {part}.",
    ),
}
