"""The words of each message: (subject, body), Korean with an English line below.

Facts are references, dates and amounts already written out; never names or addresses.
"""

WORDING: dict[str, tuple[str, str]] = {
    "order_confirmed": (
        "[장터] 주문이 확정되었습니다 · {order}",
        "주문 {order}이(가) 확정되었습니다. 합계 {total}원.\n"
        "주문 화면에서 준비와 배송을 볼 수 있습니다.\n\n"
        "Your order {order} is confirmed. Total ₩{total}.",
    ),
    "transfer_awaited": (
        "[장터] {until}까지 입금해 주세요 · {order}",
        "주문 {order}을(를) 받았습니다. {until}까지 {won}원을 아래 계좌로 보내 주세요. "
        "그때까지 입금되지 않으면 주문이 취소됩니다.\n{account}\n\n"
        "We have your order {order}. Please send ₩{won} by {until} to the account above; "
        "without it the order is cancelled then.",
    ),
    "transfer_short": (
        "[장터] 입금이 {missing}원 모자랍니다 · {order}",
        "주문 {order}에 {won}원이 들어왔습니다. {missing}원을 더 보내 주셔야 주문이 확정됩니다.\n\n"
        "₩{won} arrived for order {order}. It is confirmed once ₩{missing} more has arrived.",
    ),
    "till_to_hand_in": (
        "[장터] 오늘 받은 돈을 넘겨 주세요",
        "현장에서 받아 아직 넘기지 않은 돈이 있습니다. 현금 {cash}원, 카드 단말기 {slips}원입니다. "
        "‘내 시재’에서 세어 넘겨 주세요.\n\n"
        "You still hold money taken on site: ₩{cash} in cash and ₩{slips} by card terminal. "
        "Please count it and hand it in under «My takings».",
    ),
    "order_cancelled": (
        "[장터] 주문이 취소되었습니다 · {order}",
        "주문 {order}을(를) 취소했습니다. 결제하신 금액은 같은 수단으로 돌려드립니다.\n\n"
        "Order {order} was cancelled. Anything paid is returned the way it was paid.",
    ),
    "order_sold_out": (
        "[장터] 다 팔려서 주문을 취소했습니다 · {order}",
        "죄송합니다. 주문 {order}의 상품이 그사이 다 팔려 주문을 취소했습니다. "
        "결제는 되지 않았거나 모두 돌려드립니다.\n\n"
        "We are sorry: something in order {order} was sold out in the meantime, so we cancelled "
        "it. You were not charged, or everything is returned.",
    ),
    "part_refunded": (
        "[장터] 일부를 환불했습니다 · {order}",
        "주문 {order} 가운데 전달하지 못한 {refunded}원을 환불했습니다.\n\n"
        "We refunded ₩{refunded} of order {order} for what could not be handed over.",
    ),
    "harvest_none": (
        "[장터] 수확이 모자라 준비하지 못했습니다 · {order}",
        "죄송합니다. 수확이 모자라 {place}에서 드리기로 한 {goods}을(를) 준비하지 못했습니다. "
        "이번에는 오지 않으셔도 됩니다. 내신 돈은 모두 돌려드립니다.\n\n"
        "We are sorry: too little was picked, and there is no {goods} for you at {place}. "
        "You need not come this time. What you paid is returned in full.",
    ),
    "hold_lost": (
        "[장터] 결제하지 못해 주문을 취소했습니다 · {order}",
        "카드사가 주문 {order}의 승인을 먼저 풀어 결제하지 못했습니다. "
        "아직 전해 드리지 않은 상품은 취소했고, 결제한 금액은 없습니다.\n\n"
        "Your card's bank let go of what was held for order {order} before it could be taken. "
        "What was not handed over yet is cancelled, and nothing was charged.",
    ),
    "hold_lost_and_owed": (
        "[장터] 받으신 상품을 결제하지 못했습니다 · {order}",
        "카드사가 주문 {order}의 승인을 먼저 풀어, 이미 보내 드린 상품 값 {won}원을 결제하지 "
        "못했습니다. 장터가 곧 전화로 결제 방법을 여쭙겠습니다. 아직 보내지 않은 상품은 "
        "취소했습니다.\n\n"
        "Your card's bank let go of what was held for order {order} before it could be taken: "
        "₩{won} for what you received, or is on its way, is not paid yet. We will ring you about "
        "it. What had not left yet is cancelled.",
    ),
    "line_short": (
        "[장터] 일부 상품이 모자랍니다 · {order}",
        "죄송합니다. 주문 {order} 가운데 {goods} {missing}개를 준비하지 못했습니다. "
        "{won}원을 같은 수단으로 돌려드립니다.\n\n"
        "We are sorry: {missing} × {goods} of order {order} could not be had. "
        "We return ₩{won} the way it was paid.",
    ),
    "line_short_on_site": (
        "[장터] 일부 상품이 모자랍니다 · {order}",
        "죄송합니다. 주문 {order} 가운데 {goods} {missing}개를 준비하지 못했습니다. "
        "받으실 때 {won}원을 빼고 내시면 됩니다.\n\n"
        "We are sorry: {missing} × {goods} of order {order} could not be had. "
        "You pay ₩{won} less when you receive it.",
    ),
    "lines_cancelled": (
        "[장터] 주문 일부를 취소했습니다 · {order}",
        "주문 {order} 가운데 말씀하신 상품을 취소했습니다. "
        "{won}원을 같은 수단으로 돌려드립니다.\n\n"
        "We cancelled what you asked for in order {order} and return ₩{won} the way it was paid.",
    ),
    "lines_cancelled_on_site": (
        "[장터] 주문 일부를 취소했습니다 · {order}",
        "주문 {order} 가운데 말씀하신 상품을 취소했습니다. "
        "받으실 때 {won}원을 빼고 내시면 됩니다.\n\n"
        "We cancelled what you asked for in order {order}. "
        "You pay ₩{won} less when you receive it.",
    ),
    "return_agreed": (
        "[장터] 반품을 받기로 했습니다 · {order}",
        "주문 {order}의 {goods} 반품을 받기로 했습니다. {answer}\n"
        "상품이 판매자에게 돌아오면 {won}원을 돌려드립니다.\n\n"
        "Your return of {goods} from order {order} was accepted. {answer}\n"
        "We return ₩{won} when the goods are back with the seller.",
    ),
    "return_declined": (
        "[장터] 반품을 받지 못했습니다 · {order}",
        "주문 {order}의 {goods} 접수를 받아들이지 못했습니다. 까닭: {answer}\n\n"
        "We could not accept what you reported for {goods} of order {order}. Reason: {answer}",
    ),
    "return_refunded": (
        "[장터] 돈을 돌려드립니다 · {order}",
        "주문 {order}의 {goods} 값 {won}원을 같은 수단으로 돌려드립니다. {answer}\n\n"
        "We return ₩{won} for {goods} of order {order} the way it was paid. {answer}",
    ),
    "substitute_offered": (
        "[장터] 대신 다른 상품을 드려도 될까요? · {order}",
        "죄송합니다. 주문 {order}의 {goods}이(가) 남지 않았습니다. 대신 {instead}({won}원)을(를) "
        "드려도 될지 아래 주소에서 골라 주세요.\n{link}\n"
        "{until_day} {until}까지 답이 없으시면 돈을 돌려드립니다.\n\n"
        "We are sorry: nothing is left of {goods} in order {order}. Please say at the address "
        "above whether {instead} (₩{won}) may come instead. Without an answer until {until_day} "
        "{until} your money is returned.",
    ),
    "substitute_lapsed": (
        "[장터] 준비하지 못했습니다 · {order}",
        "대신 드릴 것을 여쭈었지만 답이 없으셔서 주문 {order}의 {goods} 값을 돌려드리고, "
        "아직 내지 않으셨으면 받지 않습니다. {place} 몫이 모두 없어졌으니 이번에는 기다리거나 "
        "오지 않으셔도 됩니다.\n\n"
        "We asked what may come instead of {goods} in order {order} and heard nothing, so your "
        "money is returned, or not asked for. Nothing is left for you from {place}: you need not "
        "wait for it or come this time.",
    ),
    "turn_moved": (
        "[장터] {time}쯤 불러 드려요 · {order}",
        "{place}에서 예상보다 차례가 달라져 {time}쯤 불러 드릴 것 같습니다. "
        "그 시간에 맞춰 오시면 덜 기다립니다.\n\n"
        "At {place} your turn has moved: we expect to call you at about {time}. "
        "Come for that time and you will wait less.",
    ),
    "payment_declined": (
        "[장터] 결제가 되지 않았습니다 · {order}",
        "주문 {order}의 카드 결제가 거절되었습니다. {until}까지 다른 카드로 결제해 주세요.\n\n"
        "The card for order {order} was declined. Please pay with another card until {until}.",
    ),
    "box_card_declined": (
        "[장터] 꾸러미 카드 결제가 되지 않았습니다 · {order}",
        "저장해 둔 카드로 꾸러미 값을 받지 못했습니다. 주문 {order}을(를) 열어 {until}까지 "
        "다른 카드로 결제하시면 꾸러미가 그대로 옵니다. 다음 꾸러미의 카드는 ‘내 꾸러미’에서 "
        "바꿔 주세요.\n\n"
        "The card we keep for your box was declined. Open order {order} and pay with another card "
        "until {until}, and the box still comes. Change the card for later boxes in 'My boxes'.",
    ),
    "on_its_way": (
        "[장터] 출발했습니다 · {order}",
        "주문 {order} 가운데 {part}이(가) 출발했습니다. {time} 사이에 도착합니다.\n\n"
        "{part} of order {order} is on its way and arrives between {time}.",
    ),
    "handed_over": (
        "[장터] 전해 드렸습니다 · {order}",
        "주문 {order} 가운데 {part}을(를) 전해 드렸습니다.\n\n"
        "We handed over {part} of order {order}.",
    ),
    "parcel_sent": (
        "[장터] 택배를 보냈습니다 · {order}",
        "주문 {order} 가운데 {part}이(가) 택배로 출발했습니다. "
        "{courier} 송장번호 {number}\n{page}\n\n"
        "{part} of order {order} was given to {courier_en}, tracking number {number}. "
        "Follow it at the address above.",
    ),
    "parcel_later": (
        "[장터] 택배를 {day}에 보내 드립니다 · {order}",
        "죄송합니다. {part}이(가) 쉬는 날이라 주문 {order}을(를) {day}에 보내 {until}까지 "
        "도착하게 하겠습니다. 기다리기 어려우시면 주문 화면에서 취소하실 수 있습니다.\n\n"
        "We are sorry: {part} is away, so it sends order {order} on {day}, to be there by {until}. "
        "If that is too late you can cancel it on the order's page.",
    ),
    "parcel_back": (
        "[장터] 택배가 되돌아왔습니다 · {order}",
        "주문 {order} 가운데 {part}의 택배를 전해 드리지 못해 가게로 되돌아왔습니다. "
        "가게가 다시 보내거나, 내신 돈을 모두 돌려드립니다.\n\n"
        "The courier could not bring {part} of order {order}, and it went back to the shop. "
        "It is sent once more, or what you paid is returned in full.",
    ),
    "parcel_taken_as_come": (
        "[장터] 택배가 도착했을 때가 되었습니다 · {order}",
        "주문 {order} 가운데 {part}을(를) 보낸 지 여러 날이 지나 받으신 것으로 적었습니다. "
        "아직 못 받으셨으면 주문 화면의 ‘반품·하자’로 알려 주세요.\n\n"
        "{part} of order {order} was sent some days ago, so we take it to have come. If it has "
        "not, please say so under 'Return or fault' on the order's page.",
    ),
    "box_coming": (
        "[장터] 이번 꾸러미가 옵니다 · {day}",
        "{box}이(가) {day}에 도착합니다. 주문번호 {order}.\n\n"
        "{box} arrives on {day}. Order {order}.",
    ),
    "box_missed": (
        "[장터] 이번 꾸러미를 보내지 못합니다 · {day}",
        "{day} {box}을(를) 준비하지 못했습니다. 요금은 청구되지 않았습니다.\n\n"
        "We could not prepare {box} for {day}. You were not charged.",
    ),
    "box_called_off": (
        "[장터] 이번 꾸러미는 쉽니다 · {day}",
        "{day}에는 배송을 쉬어 {box}을(를) 보내지 않습니다. 요금은 청구되지 않습니다.\n\n"
        "There are no deliveries on {day}, so {box} does not come. You are not charged.",
    ),
    "slot_called_off": (
        "[장터] {day} {time} 예약을 다시 골라 주세요 · {order}",
        "죄송합니다. 주문 {order}의 {day} {time} 드라이브스루를 열지 못하게 되었습니다. "
        "아래 주소에서 다른 시간, 다른 곳, 집으로 배송, 환불 가운데 골라 주세요.\n{link}\n"
        "{until_day} {until}까지 고르지 않으시면 결제하신 금액을 돌려드립니다.\n\n"
        "We are sorry: the drive-through of order {order} cannot open on {day} at {time}. Please "
        "choose another time, another site, a delivery or your money back at the address above, "
        "until {until_day} {until}. After that your money is returned.",
    ),
    "slot_moved_by_site": (
        "[장터] 받으실 시간을 옮겼습니다 · {order}",
        "죄송합니다. 주문 {order}의 {day} {time} 자리가 줄어 가까운 다른 시간으로 옮겼습니다. "
        "{until_day} {until}까지 아래 주소에서 다른 시간, 배송이나 환불로 바꿀 수 있고, "
        "그대로 두시면 옮긴 시간에 뵙겠습니다.\n{link}\n\n"
        "We are sorry: there is less room on {day} at {time}, so order {order} was moved to a time "
        "close by. Until {until_day} {until} you can choose another time, a delivery or your money "
        "back at the address above; otherwise we see you at the new time.",
    ),
    "place_free": (
        "[장터] 기다리시던 자리가 났습니다 · {site}",
        "{site}, {day} {time}에 자리가 났습니다. {until_day} {until}까지 잡아 두었으니 "
        "아래 주소에서 주문해 주세요. 그 뒤에는 다음 분께 드립니다.\n{link}\n\n"
        "A place has come free at {site} on {day} at {time}. It is kept for you until {until_day} "
        "{until}; after that it goes to the next in line.",
    ),
    "screening_called_off": (
        "[장터] 자동차극장 상영이 취소되었습니다 · {day} {time}",
        "죄송합니다. {site}, {day} {time} 상영이 취소되었습니다. 표 {ticket}은(는) 쓸 수 없습니다. "
        "{until_day} {until}까지 값이 같은 다른 상영이나 환불을 골라 주세요. 고르지 않으시면 내신 "
        "돈을 모두 돌려드립니다."
        "\n{link}\n\n"
        "We are sorry: the drive-in screening at {site} on {day} at {time} was called off, and "
        "ticket {ticket} is no longer valid. Choose another screening of the same price or your "
        "money back until {until_day} {until}; if you do not choose, what you paid is returned.",
    ),
    "screening_broken_off": (
        "[장터] 자동차극장 상영이 중단되었습니다 · {day} {time}",
        "죄송합니다. {site}, {day} {time} 상영이 중단되었습니다. 표 {ticket}의 값을 모두 "
        "돌려드립니다."
        "\n{link}\n\n"
        "We are sorry: the drive-in screening at {site} on {day} at {time} was broken off. What "
        "you paid for ticket {ticket} is returned in full.",
    ),
    "bay_free": (
        "[장터] 자동차극장 자리가 났습니다 · {day} {time}",
        "기다리신 {title}, {day} {time} 상영에 {bay}번 자리가 났습니다. {until_day} {until}까지 "
        "잡아 둡니다. 그 뒤에는 다음 분께 드립니다."
        "\n{link}\n\n"
        "Bay {bay} has come free at {title_en}, {day} {time}. It is kept for you until {until_day} "
        "{until}, then it goes to the next.",
    ),
    "part_moved": (
        "[장터] 받으실 때가 바뀌었습니다 · {order}",
        "주문 {order}을(를) {place}, {day} {time}에 전해 드립니다.\n\n"
        "Order {order} will be handed over at {day} {time} ({place}).",
    ),
    "arrival_moved": (
        "[장터] 도착 시각이 바뀌었습니다 · {after}쯤",
        "오늘 {before}쯤으로 알려 드린 방문이 {after}쯤으로 바뀌었습니다. "
        "기다리시게 해 죄송합니다.\n\n"
        "Today's visit, announced for about {before}, is now expected at about {after}. "
        "We are sorry for the wait.",
    ),
    "merchant_approved": (
        "[장터] 입점이 승인되었습니다 · {merchant}",
        "{merchant}의 입점이 승인되었습니다. "
        "로그인하면 가게 관리 화면에서 상품을 올릴 수 있습니다.\n\n"
        "{merchant} is approved. Sign in to your shop desk to list what you sell.",
    ),
}
