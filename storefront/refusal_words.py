"""What each code says: (Korean, English). Says what happened, why, and what to do next.

One line a code, in alphabetical order. ``tests/storefront/test_refusals.py`` fails when a code
is raised anywhere without words here.
"""

WORDS: dict[str, tuple[str, str]] = {
    "ACCOUNT_UNKNOWN": (
        "이 이메일로 가입한 사람이 없습니다. 먼저 장터에 가입해 달라고 한 뒤 다시 적어 주세요.",
        "Nobody has signed up with this e-mail address. Please ask them to sign up first, then enter it again.",
    ),
    "ADDRESS_NEEDED": (
        "받을 주소를 골라 주세요.",
        "Please choose an address to deliver to.",
    ),
    "ADDRESS_UNKNOWN": (
        "저장된 주소에서 이 주소를 찾을 수 없습니다. 주소를 다시 골라 주세요.",
        "We could not find that address among yours. Please choose an address again.",
    ),
    "AGE_OUT_OF_RANGE": (
        "받는 날 기준으로 {months}개월이어서 {stage}개월 아이를 위한 서비스를 이용할 수 없습니다. 나이에 맞는 책 꾸러미를 골라 주세요.",
        "On that day the child is {months} months old, and this is for ages {stage} months. Please choose a bundle for the child's age.",
    ),
    "ALLOCATION_RELEASED": (
        "이 주문 품목의 재고 확보가 이미 해제되었습니다. 장바구니에 다시 담아 새로 주문해 주세요.",
        "The goods for this line were already let go. Please put them in a basket and order again.",
    ),
    "ALREADY_SERVED": (
        "이 예약은 {time}에 이미 전달되었습니다. 받지 못하셨다면 현장 직원에게 말씀해 주세요.",
        "This booking was already handed over at {time}. If you did not receive it, please tell the staff.",
    ),
    "BAD_INPUT": (
        "입력한 값을 알아볼 수 없습니다. 다시 확인해 주세요.",
        "We could not read that value. Please check it and try again.",
    ),
    "BAD_REQUEST": (
        "요청을 처리할 수 없습니다. 다시 시도해 주세요.",
        "That request cannot be handled. Please try again.",
    ),
    "BASKET_CLOSED": (
        "이 장바구니는 이미 주문되어 바꿀 수 없습니다. 주문 내역을 확인하거나 새로 담아 주세요.",
        "This basket has been ordered and cannot change. Please look at your orders or start anew.",
    ),
    "BASKET_EMPTY": (
        "장바구니가 비어 있습니다. 상품을 담은 뒤 주문해 주세요.",
        "Your basket is empty. Please add something before you order.",
    ),
    "BASKET_GONE": (
        "이 장바구니는 이미 주문했거나 비워졌습니다. 내 주문을 확인해 주세요.",
        "This basket was ordered or emptied already. Please look at your orders.",
    ),
    "BOOKING_AMBIGUOUS": (
        "해당하는 예약이 여러 건 있습니다. 차량 번호 전체를 입력하거나 목록에서 골라 주세요.",
        "Several bookings fit. Please enter the whole plate or choose from the list.",
    ),
    "BOOKING_NOT_CONFIRMED": (
        "확정되지 않았거나 취소된 예약입니다. 주문 내역을 확인해 주세요.",
        "This booking was never confirmed or has been cancelled. Please check your order.",
    ),
    "BOOKING_UNKNOWN": (
        "해당하는 예약을 찾을 수 없습니다. 차량 번호나 예약 번호를 다시 확인해 주세요.",
        "We could not find that booking. Please check the plate or the booking number.",
    ),
    "BREAK_OUTSIDE_SHIFT": (
        "휴식 시간이 근무 시간({start}~{end})을 벗어납니다. 근무 시간 안으로 다시 정해 주세요.",
        "The break is outside the shift ({start}–{end}). Please choose a time within it.",
    ),
    "BRN_CHECKSUM": (
        "사업자등록번호가 올바르지 않습니다. 등록증의 숫자 10자리를 다시 확인해 주세요.",
        "That is no valid business number. Please check the ten digits on the certificate.",
    ),
    "BRN_DUPLICATE": (
        "이미 등록된 사업자등록번호({number})입니다. 본인 번호라면 운영자에게 문의해 주세요.",
        "Business number {number} is registered already. If it is yours, please contact the mall.",
    ),
    "BUNDLE_EMPTY": (
        "책이 한 권도 담기지 않았습니다. 꾸러미에 넣을 책을 골라 주세요.",
        "There is no book in the bundle. Please choose the copies that belong in it.",
    ),
    "BUNDLE_NOT_BACK": (
        "지금 상태({now})에서는 대출할 수 있게 바꿀 수 없습니다. 반납과 내용 확인을 먼저 마쳐 주세요.",
        "In its present state ({now}) the bundle cannot be lent again. Please check it in and complete it first.",
    ),
    "BUNDLE_TAKEN": (
        "방금 다른 가정에서 이 책 꾸러미를 빌려 갔습니다. 다른 꾸러미를 골라 주세요.",
        "Another family has just taken this bundle. Please choose another one.",
    ),
    "BUNDLE_UNKNOWN": (
        "해당하는 책 꾸러미를 찾을 수 없습니다. 목록에서 다시 골라 주세요.",
        "We could not find that bundle. Please choose one from the list again.",
    ),
    "CAPACITY_BELOW_BOOKED": (
        "이미 {booked}대가 자리를 잡은 시간입니다. {booked}대 이상으로 정해 주세요.",
        "{booked} cars already have a place at this time. Please choose {booked} or more.",
    ),
    "CARD_EXPIRY": (
        "카드 유효기간이 지났거나 올바르지 않습니다. 카드 앞면의 월/년(MM/YY)을 다시 확인해 주세요.",
        "The card's expiry has passed or cannot be read. Please check the month and year (MM/YY) on the card.",
    ),
    "CARD_MISSING": (
        "결제할 카드가 없습니다. 카드 정보를 입력해 주세요.",
        "There is no card to pay with. Please enter a card.",
    ),
    "CARD_NUMBER": (
        "올바른 카드 번호가 아닙니다. 카드 앞면의 번호를 다시 확인해 주세요.",
        "That is not a valid card number. Please check the number on the card.",
    ),
    "CHILD_UNKNOWN": (
        "등록된 아이를 찾을 수 없습니다. 아이를 먼저 등록하거나 다시 골라 주세요.",
        "We could not find that child. Please register the child first, or choose again.",
    ),
    "CLOCK_WRONG": (
        "전화기의 시각이 맞지 않아 기록을 받지 못했습니다. 전화기의 날짜와 시각을 맞춘 뒤 다시 눌러 주세요.",
        "The phone's clock is wrong, so this was not recorded. Please set its date and time, then tap again.",
    ),
    "CLOSING_REASON": (
        "쉬는 까닭을 {longest}자 이내로 적어 주세요. 예: 설날",
        "Please say in at most {longest} characters why nobody drives, e.g. 설날.",
    ),
    "COLLECTION_BOOKED": (
        "이미 다른 시간에 가지러 가기로 했습니다. 그 시간에 문 앞에 두셔도 됩니다.",
        "We are already coming at another time. You may leave the books at the door then.",
    ),
    "COMMERCE_ERROR": (
        "주문 처리 중 문제가 생겼습니다. 다시 시도해 주세요.",
        "Something went wrong with the order. Please try again.",
    ),
    "COMMISSION_RANGE": (
        "수수료율은 0%에서 100% 사이여야 합니다. 값을 다시 입력해 주세요.",
        "The commission must be between 0% and 100%. Please enter another value.",
    ),
    "CONSENT_REQUIRED": (
        "14세 미만 아이의 정보는 보호자 동의가 있어야 쓸 수 있습니다. 동의란에 표시해 주세요.",
        "A guardian must agree before we may use a child's details. Please tick the consent box.",
    ),
    "CONSIGNMENT_CANCELLED": (
        "그 사이에 취소된 배송입니다({label}). 전하지 말고 거점으로 가져와 주세요.",
        "This was cancelled meanwhile ({label}). Please do not hand it over; bring it back to the depot.",
    ),
    "CONSIGNMENT_STARTED": (
        "이미 배송이 시작되어 취소할 수 없습니다. 고객센터로 문의해 주세요.",
        "This is already on its way, so it cannot be called off. Please contact us.",
    ),
    "CONSIGNMENT_TIMES": (
        "배송 시간이 배송일({on_date})과 맞지 않습니다. 시간을 다시 골라 주세요.",
        "The delivery times do not fit the day ({on_date}). Please choose the time again.",
    ),
    "CONSIGNMENT_UNKNOWN": (
        "해당 배송 건을 찾을 수 없습니다. 주문 내역에서 다시 확인해 주세요.",
        "We could not find that delivery. Please check it in your orders.",
    ),
    "COPY_TAKEN": (
        "다른 꾸러미에 있거나 분실된 책입니다. 바코드를 확인하고 다른 책을 골라 주세요.",
        "Some copies are in another bundle or missing. Please check the barcodes and choose other copies.",
    ),
    "COPY_UNKNOWN": (
        "이 꾸러미에 없는 바코드입니다. 바코드를 다시 확인해 주세요.",
        "That barcode does not belong to this bundle. Please check the barcode.",
    ),
    "CUT_OFF_PASSED": (
        "변경 마감 시간이 지나 이번 꾸러미는 바꿀 수 없습니다. {next_on} 꾸러미부터 바꿀 수 있습니다.",
        "The cut-off has passed, so this box can no longer change. You can change boxes from {next_on} on.",
    ),
    "CUT_OFF_RANGE": (
        "마감은 배송 시작({start})보다 늦을 수 없고 {most}일 전보다 이를 수 없습니다. 다시 정해 주세요.",
        "The cut-off cannot be after the start ({start}) nor more than {most} days before. Please choose again.",
    ),
    "DAY_PAST": (
        "이미 지난 날입니다. {first_on}부터의 날짜를 골라 주세요.",
        "That day has passed. Please choose {first_on} or later.",
    ),
    "DEPOT_UNKNOWN": (
        "‘{depot}’ 물류 거점을 찾을 수 없습니다. 거점 이름을 확인해 주세요.",
        "There is no depot called “{depot}”. Please check its name.",
    ),
    "DRIVER_TAKEN": (
        "이 기사로 일하는 계정이 이미 있습니다. 먼저 그 계정의 역할을 거두거나 다른 기사를 골라 주세요.",
        "Another account already works as this driver. Please take that role away first, or choose another driver.",
    ),
    "DRIVETHROUGH_ERROR": (
        "드라이브스루 처리 중 문제가 생겼습니다. 다시 시도해 주세요.",
        "Something went wrong at the drive-through. Please try again.",
    ),
    "EVENT_ID_REUSED": (
        "같은 번호로 다른 내용이 이미 기록되어 저장하지 않았습니다. 다시 눌러 주세요.",
        "Another report already has this number, so this one was not kept. Please report it again.",
    ),
    "EVENT_KIND_WRONG": (
        "이 건에는 할 수 없는 처리입니다. 배송인지 수거인지 확인해 주세요.",
        "That does not fit this task. Please check whether it is a delivery or a collection.",
    ),
    "FAILURE_REASON": (
        "완료하지 못한 사유가 필요합니다. 목록에서 사유를 골라 주세요.",
        "A reason is needed when a task fails, and only then. Please choose one from the list.",
    ),
    "FULFILMENT_UNKNOWN": (
        "찾으시는 수령 건이 없습니다. 화면을 새로 고친 뒤 다시 확인해 주세요.",
        "We could not find that part of an order. Please reload the page and check again.",
    ),
    "HAND_OVER_UNPAID": (
        "아직 결제되지 않은 상품입니다. 결제를 먼저 받은 뒤 건네주세요.",
        "These goods are not paid for yet. Please take the payment first, then hand them over.",
    ),
    "HOLD_CONTENDED": (
        "같은 장바구니로 여러 화면에서 동시에 시간을 고르고 있습니다. 한 화면에서 다시 골라 주세요.",
        "Several screens are choosing a time for the same basket at once. Please choose again on one of them.",
    ),
    "HOLD_EXPIRED": (
        "잡아 둔 시간이 지나 자리가 풀렸습니다. 장바구니는 그대로이니 다른 시간을 골라 주세요.",
        "Your time ran out and the place was released. Your basket is kept: please choose another time.",
    ),
    "IDEMPOTENCY_MISMATCH": (
        "이미 다른 내용으로 처리된 요청이어서 다시 처리하지 않았습니다. 화면을 새로 고친 뒤 다시 시도해 주세요.",
        "This request was already used for something else, so nothing was done. Please reload the page and try again.",
    ),
    "INSUFFICIENT_STOCK": (
        "‘{name}’ 재고가 부족합니다. 지금 {left:,}개까지 주문하실 수 있으니 수량을 바꿔 주세요.",
        "There is not enough of “{name_en}”: {left:,} left. Please change the quantity.",
    ),
    "INVALID_TRANSITION": (
        "지금 상태({now})에서는 할 수 없는 일입니다. 화면을 새로 고쳐 현재 상태를 확인해 주세요.",
        "This cannot be done in the present state ({now}). Please reload the page to see how things stand.",
    ),
    "JOURNAL_UNBALANCED": (
        "장부의 차변과 대변이 {by_won}원 맞지 않아 기록하지 않았습니다. 운영자에게 알려 주세요.",
        "The entries differ by {by_won} won, so nothing was recorded. Please tell the operator.",
    ),
    "KEY_REUSED": (
        "같은 요청 번호로 다른 내용이 들어와 처리하지 않았습니다. 화면을 새로 고친 뒤 다시 시도해 주세요.",
        "The same request number came with different content, so nothing was done. Please reload the page and try again.",
    ),
    "LANE_BUSY": (
        "{number}번 레인에 아직 {plate} 차량이 있습니다. 먼저 전달 완료나 불참을 눌러 주세요.",
        "Car {plate} is still at lane {number}. Please mark it served or gone first.",
    ),
    "LANE_CLOSED": (
        "{number}번 레인은 닫혀 있습니다. 레인을 연 뒤 다시 불러 주세요.",
        "Lane {number} is closed. Please open it, then call again.",
    ),
    "LINE_UNKNOWN": (
        "이 매장의 주문 품목이 아니거나 없는 품목입니다. 주문 목록을 다시 열어 주세요.",
        "That line does not exist or is not one of yours. Please open the list of orders again.",
    ),
    "LOAN_ACTIVE": (
        "이미 빌린 책 꾸러미가 있습니다. 반납한 뒤 새 꾸러미를 신청해 주세요.",
        "This child already has a bundle. Please return it before asking for the next one.",
    ),
    "LOAN_UNKNOWN": (
        "해당하는 대출을 찾을 수 없습니다. 대출 목록에서 다시 골라 주세요.",
        "We could not find that loan. Please choose it from the list again.",
    ),
    "LOCALITY_UNKNOWN": (
        "그 시·군·구와 동을 찾지 못했습니다. 목록에서 골라 주세요. 예: 수원시 팔달구 · 지동",
        "We could not find that city and neighbourhood. Please choose from the list, e.g. 수원시 팔달구 · 지동.",
    ),
    "LOGISTICS_ERROR": (
        "배송 처리 중 문제가 생겼습니다. 다시 시도해 주세요.",
        "Something went wrong with delivery. Please try again.",
    ),
    "MAIL_ORDER_NO_REQUIRED": (
        "통신판매업 신고번호가 필요합니다. 신고번호를 적거나 면제 사유를 골라 주세요.",
        "A mail-order report number is missing. Please enter it, or say why you are exempt.",
    ),
    "MERCHANT_CLOSED": (
        "폐업한 상점이라 다시 열 수 없습니다. 새로 입점 신청을 해 주세요.",
        "This merchant has closed for good and cannot be reopened. Please register anew.",
    ),
    "MONEY_DUE": (
        "받을 돈이 {amount}원 있습니다. 받은 뒤 ‘받았습니다’에 표시하고 다시 눌러 주세요.",
        "₩{amount} is to be paid here. Take it, tick that you have it, then tap again.",
    ),
    "NOT_ALLOWED": (
        "이 화면을 볼 권한이 없습니다. 다른 계정으로 로그인해 주세요.",
        "You may not open this page. Please sign in with another account.",
    ),
    "NOT_FOR_SALE": (
        "‘{name}’ 상품은 지금 판매하지 않습니다. 장바구니에서 빼고 다른 상품을 골라 주세요.",
        "“{name_en}” is not for sale at the moment. Please take it out and choose something else.",
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
    "ORDER_EMPTY": (
        "주문할 상품이 없습니다. 장바구니에 담은 뒤 다시 주문해 주세요.",
        "There is nothing to order. Please put something in the basket and order again.",
    ),
    "ORDER_ENDED": (
        "이미 끝났거나 취소된 주문이어서 결제할 수 없습니다. 다시 주문해 주세요.",
        "This order has ended or was cancelled, so it cannot be paid. Please order again.",
    ),
    "ORIGIN_REQUIRED": (
        "원산지가 없어 판매를 시작할 수 없습니다. 원산지를 적어 주세요.",
        "The product cannot be shown without its origin. Please enter where it comes from.",
    ),
    "OTHER_DEPOT": (
        "이 거점의 기사님이나 차량이 아닙니다. 목록에서 다시 골라 주세요.",
        "That driver or vehicle is not of this depot. Please choose from the list again.",
    ),
    "OUTSIDE_PROVINCE": (
        "경기도 밖에는 배송하지 않습니다. 경기도 주소를 적거나 드라이브스루를 골라 주세요.",
        "We deliver inside Gyeonggi only. Please enter an address there or choose a drive-through.",
    ),
    "OUT_OF_AREA": (
        "이 주소까지는 아직 배송하지 못합니다. 차에서 받기를 고르거나 다른 주소를 써 주세요.",
        "We do not deliver to this address yet. Pick up by car instead, or use another address.",
    ),
    "PAYMENT_ALREADY_OPEN": (
        "이 주문은 이미 다른 방법으로 결제 중입니다. 주문 내역에서 결제 상태를 확인해 주세요.",
        "This order is already being paid another way. Please see the payment on your order page.",
    ),
    "PAYMENT_NOT_OPEN": (
        "현장에서 받을 결제가 아닙니다. 취소되었거나 카드로 결제하는 주문이니 주문 상태를 확인해 주세요.",
        "This is not a payment to take on site: it was called off or is paid by card. Please check the order.",
    ),
    "PAYMENT_NOT_PAID": (
        "아직 완료되지 않은 결제({status})여서 기록하지 않았습니다. 결제 상태를 확인해 주세요.",
        "This payment is not complete ({status}), so it was not recorded. Please check the payment.",
    ),
    "PAYMENT_UNKNOWN": (
        "찾으시는 결제가 없습니다. 주문 내역을 다시 확인해 주세요.",
        "We could not find that payment. Please check the order again.",
    ),
    "PHONE_FORMAT": (
        "전화번호를 알아볼 수 없습니다. 010-1234-5678처럼 적어 주세요.",
        "We could not read that telephone number. Please write it like 010-1234-5678.",
    ),
    "PHONE_LAST4_FORMAT": (
        "전화번호 뒤 네 자리는 숫자 4개여야 합니다. 다시 입력해 주세요.",
        "The end of the phone number must be four digits. Please enter it again.",
    ),
    "PICTURE_REQUIRED": (
        "사진이 없어 판매를 시작할 수 없습니다. 상품 사진을 올려 주세요.",
        "The product cannot be shown without a picture. Please upload one.",
    ),
    "PICTURE_TOO_LARGE": (
        "사진이 너무 큽니다. 10MB, 4천만 화소 이하의 사진을 올려 주세요.",
        "That picture is too large. Please upload one of at most 10 MB and 40 megapixels.",
    ),
    "PICTURE_UNREADABLE": (
        "사진 파일을 열 수 없습니다. JPEG, PNG, WebP 사진을 올려 주세요.",
        "We could not open that picture. Please upload a JPEG, PNG or WebP file.",
    ),
    "PLAN_RUNNING": (
        "이미 운행 중인 계획이 있어 바꿀 수 없습니다. 운행 중인 계획에서 조정해 주세요.",
        "Drivers already follow another plan, so it stays. Please adjust that one.",
    ),
    "PLAN_STALE": (
        "계획을 세운 뒤 배송이나 근무가 바뀌었습니다. 계획을 다시 세워 주세요.",
        "The day has changed since this plan was made. Please plan it again.",
    ),
    "PLAN_VIOLATION": (
        "계획이 지킬 수 없는 조건이 {count}건 있어 게시하지 않았습니다. 계획을 다시 세워 주세요.",
        "The plan breaks {count} rules, so it was not published. Please plan the day again.",
    ),
    "PLATE_FORMAT": (
        "차량 번호를 알아볼 수 없습니다. 12가3456 또는 123가4567처럼 입력해 주세요.",
        "We could not read that plate. Please enter it like 12가3456 or 123가4567.",
    ),
    "POSTCODE_FORMAT": (
        "우편번호가 올바르지 않습니다. 10~18로 시작하는 경기도 우편번호 5자리를 적어 주세요.",
        "That is not a Gyeonggi postcode. Please enter five digits that start with 10 to 18.",
    ),
    "PRICE_CHANGED": (
        "‘{name}’의 가격이 {old:,}원에서 {new:,}원으로 바뀌었습니다. 새 가격을 확인해 주세요.",
        "The price of “{name_en}” changed from ₩{old:,} to ₩{new:,}. Please confirm the new price.",
    ),
    "PRICE_RANGE": (
        "가격은 {least:,}원에서 {most:,}원 사이여야 합니다. 다시 입력해 주세요.",
        "The price must be between ₩{least:,} and ₩{most:,}. Please enter another.",
    ),
    "QTY_RANGE": (
        "수량은 {least}개에서 {max}개까지 담을 수 있습니다. 수량을 바꿔 주세요.",
        "You can have {least} to {max} of one thing. Please change the quantity.",
    ),
    "REFUND_ABOVE_PAID": (
        "결제된 금액보다 많이 환불할 수 없습니다. 지금 환불할 수 있는 금액은 {left:,}원이니 금액을 바꿔 주세요.",
        "No more can be refunded than was paid: ₩{left:,} is left. Please change the amount.",
    ),
    "REFUND_ABOVE_POSTED": (
        "이 부분에서 돌려드릴 수 있는 금액은 {left}원까지입니다. 금액을 다시 확인해 주세요.",
        "At most {left} won can be given back for this part. Please check the amount.",
    ),
    "REFUND_OF_NOTHING": (
        "환불 금액은 1원 이상이어야 합니다. 금액을 다시 입력해 주세요.",
        "A refund is of at least ₩1. Please enter the amount again.",
    ),
    "REFUND_REFUSED": (
        "카드사가 환불을 거절하여 기록하지 않았습니다. 다른 방법으로 환불해 주세요.",
        "The card company refused this refund, so it was not recorded. Please give the money back another way.",
    ),
    "REFUND_STANDS": (
        "유효한 환불({status})이어서 되돌리지 않았습니다. 환불 상태를 확인해 주세요.",
        "This refund stands ({status}), so it was not taken back. Please check the refund.",
    ),
    "REFUND_UNKNOWN": (
        "찾으시는 환불이 없습니다. 주문 내역을 다시 확인해 주세요.",
        "We could not find that refund. Please check the order again.",
    ),
    "REGULAR_SHIFT_OVERLAPS": (
        "{driver} 기사님이나 {vehicle} 차량은 그 요일 그 시간에 이미 근무가 있습니다. 요일이나 시간을 바꿔 주세요.",
        "{driver} or {vehicle} already has a regular shift then. Please choose other weekdays or hours.",
    ),
    "REGULAR_WINDOW_OVERLAPS": (
        "그 요일에 겹치는 배송 시간이 이미 있습니다. 겹치지 않게 정하거나 먼저 그것을 지워 주세요.",
        "A regular delivery window overlaps this one. Please choose other times, or remove that one first.",
    ),
    "RENEWAL_DECIDED": (
        "이미 처리된 꾸러미({now})입니다. 화면을 새로 고쳐 확인해 주세요.",
        "This box has already been decided ({now}). Please reload the page to see how it stands.",
    ),
    "RENEWAL_UNKNOWN": (
        "해당하는 꾸러미 배송을 찾을 수 없습니다. 내 정기 꾸러미에서 다시 골라 주세요.",
        "We could not find that delivery. Please choose it from your boxes again.",
    ),
    "ROLE_FOR_ONE_THING": (
        "이 역할은 한 사람이 한 곳에서만 맡을 수 있습니다. 먼저 지금 맡은 곳의 역할을 거두어 주세요.",
        "One person has this role in one place only. Please take away the one they have first.",
    ),
    "ROLE_SCOPE": (
        "이 역할을 맡길 곳이 아닙니다. 목록에서 다시 골라 주세요.",
        "This role cannot be given for that. Please choose from the list again.",
    ),
    "ROUTE_UNKNOWN": (
        "해당 경로를 찾을 수 없습니다. 오늘의 경로를 새로 고침해 주세요.",
        "We could not find that route. Please refresh today's route.",
    ),
    "SERVER_ERROR": (
        "잠시 문제가 생겼습니다. 조금 뒤에 다시 시도해 주세요.",
        "Something went wrong on our side. Please try again in a moment.",
    ),
    "SETTLEMENT_DAY_OPEN": (
        "아직 끝나지 않은 날까지는 정산할 수 없습니다. {last_on}까지의 날짜를 골라 주세요.",
        "That day is not over, so it cannot be settled yet. Please choose {last_on} or earlier.",
    ),
    "SHIFT_OVERLAPS": (
        "{driver} 기사님이나 {vehicle} 차량은 그때 근무가 있습니다. 시간을 바꿔 주세요.",
        "{driver} or {vehicle} is already rostered then. Please choose other hours.",
    ),
    "SHIFT_TIMES": (
        "근무 종료({end})가 시작({start})보다 빠릅니다. 시간을 다시 정해 주세요.",
        "The shift would end ({end}) before it starts ({start}). Please correct the hours.",
    ),
    "SIZE_RANGE": (
        "무게와 부피는 {least:,}에서 {most:,} 사이여야 합니다. 다시 입력해 주세요.",
        "Weight and volume must be between {least:,} and {most:,}. Please enter another value.",
    ),
    "SLOTS_OVERLAP": (
        "이미 열려 있는 다른 시간과 겹칩니다. 겹치지 않는 시간으로 정해 주세요.",
        "That lies across a slot that is already there. Please choose times that do not overlap.",
    ),
    "SLOT_CLOSED": (
        "이 시간은 예약을 받지 않습니다. 다른 시간을 골라 주세요.",
        "This slot takes no more bookings. Please choose another time.",
    ),
    "SLOT_FULL": (
        "이 시간은 자리가 모두 찼습니다. 다른 시간을 골라 주세요.",
        "Every place at this time is taken. Please choose another time.",
    ),
    "SLOT_NEEDED": (
        "{part}에서 받을 시간을 먼저 잡아 주세요.",
        "Please keep a time at {part} first.",
    ),
    "SLOT_PAST": (
        "이미 지난 시간입니다. 앞으로의 시간을 골라 주세요.",
        "This time has already passed. Please choose a later one.",
    ),
    "SLOT_SPAN": (
        "그 사이에 들어갈 시간이 없거나 차량 수가 0입니다. 시작과 끝 시간, 차량 수를 확인해 주세요.",
        "No slot fits in between, or no car fits in a slot. Please check start, end and number of cars.",
    ),
    "STOCK_BELOW_ALLOCATED": (
        "이미 {allocated}개가 주문되어 그보다 적게 줄일 수 없습니다. 먼저 주문을 처리해 주세요.",
        "{allocated} are ordered, so there cannot be fewer. Please deal with those orders first.",
    ),
    "STOCK_RANGE": (
        "재고는 {least:,}개에서 {most:,}개 사이여야 합니다. 다시 입력해 주세요.",
        "Stock must be between {least:,} and {most:,}. Please enter another number.",
    ),
    "STOPS_RANGE": (
        "들를 곳은 {least:,}곳에서 {most:,}곳 사이여야 합니다. 다시 입력해 주세요.",
        "Stops must be between {least:,} and {most:,}. Please enter another number.",
    ),
    "SUBSCRIPTION_ENDED": (
        "이미 끝난 정기 꾸러미입니다. 다시 받으시려면 새로 신청해 주세요.",
        "This subscription has ended. Please subscribe again to receive boxes.",
    ),
    "SUBSCRIPTION_EXISTS": (
        "이 꾸러미는 이미 정기 배송 중입니다. 내 정기 꾸러미에서 확인해 주세요.",
        "You already receive this box regularly. Please see your boxes.",
    ),
    "SUBSCRIPTION_UNKNOWN": (
        "해당하는 정기 꾸러미를 찾을 수 없습니다. 내 정기 꾸러미에서 다시 골라 주세요.",
        "We could not find that subscription. Please choose it from your boxes again.",
    ),
    "TASK_UNKNOWN": (
        "기사님의 경로에 없는 건이라 기록하지 않았습니다. 오늘의 경로를 새로 고침해 주세요.",
        "That task is not on your route, so nothing was recorded. Please refresh today's route.",
    ),
    "TEXT_REQUIRED": (
        "꼭 필요한 칸이 비어 있습니다. 내용을 적어 주세요.",
        "A required field is empty. Please fill it in.",
    ),
    "TEXT_TOO_LONG": (
        "내용이 너무 깁니다. {longest}자 이내로 줄여 주세요.",
        "That is too long. Please use at most {longest} characters.",
    ),
    "UNIT_DUPLICATE": (
        "‘{unit}’ 단위가 이미 있습니다. 다른 단위를 적어 주세요.",
        "There is already a unit “{unit}”. Please enter another.",
    ),
    "WAY_REQUIRED": (
        "받는 방법이 하나 이상 필요합니다. 배송이나 드라이브스루를 골라 주세요.",
        "At least one way to receive it is needed. Please choose delivery or drive-through.",
    ),
    "WAY_UNAVAILABLE": (
        "이 상품은 그 방법으로 받을 수 없습니다. 다른 방법을 골라 주세요.",
        "This product cannot be received that way. Please choose another.",
    ),
    "WEEKDAYS_NEEDED": (
        "요일을 하나 이상 골라 주세요.",
        "Please choose at least one weekday.",
    ),
    "WINDOWS_PROMISED": (
        "이날은 이미 {stops:,}곳에 배송을 약속해 쉴 수 없습니다. 그 주문이 모두 취소된 뒤에 닫을 수 있습니다.",
        "{stops:,} stops are promised on that day, so it cannot be closed. It can be once those orders are cancelled.",
    ),
    "WINDOW_CLOSED": (
        "이 배송 시간은 접수가 마감되었습니다. 다른 시간을 골라 주세요.",
        "This delivery time is closed for new orders. Please choose another.",
    ),
    "WINDOW_FULL": (
        "이 배송 시간은 자리가 모두 찼습니다. 다른 시간을 골라 주세요.",
        "This delivery time is full. Please choose another.",
    ),
    "WINDOW_KEY_REUSED": (
        "이 주문에는 이미 다른 배송 시간이 잡혀 있습니다. 먼저 그 시간을 취소해 주세요.",
        "This order already has another delivery time. Please release that one first.",
    ),
    "WINDOW_NEEDED": (
        "{part}에서 받을 시간을 골라 주세요.",
        "Please choose a delivery time for {part}.",
    ),
    "WINDOW_TIMES": (
        "배송 시간의 끝({end})이 시작({start})보다 빠릅니다. 시간을 다시 정해 주세요.",
        "The delivery time would end ({end}) before it starts ({start}). Please correct it.",
    ),
    "WINDOW_UNKNOWN": (
        "고르신 배송 시간을 찾을 수 없습니다. 목록에서 다시 골라 주세요.",
        "We could not find that delivery time. Please choose again from the list.",
    ),
    "WRONG_DAY": (
        "예약하신 날은 {on} {time}, {site}입니다. 그날 다시 와 주세요.",
        "Your booking is for {on} at {time}, {site}. Please come back then.",
    ),
}
