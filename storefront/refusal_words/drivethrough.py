"""What the drive-through refuses."""

WORDS: dict[str, tuple[str, str]] = {
    "ALREADY_CHOSEN": (
        "이미 고르셨거나 고를 시간이 지났습니다. 주문 내역에서 지금 상태를 확인해 주세요.",
        "This was chosen already, or its time ran out. Please check your order.",
    ),
    "ALREADY_SERVED": (
        "이 예약은 {time}에 이미 전달되었습니다. 받지 못하셨다면 현장 직원에게 말씀해 주세요.",
        "This booking was already handed over at {time}. If you did not receive it, please tell the staff.",
    ),
    "BAYS_AWAITED": (
        "빈 자리는 먼저 기다리신 분께 드립니다. 자리 기다리기를 눌러 주세요.",
        "Free bays go first to those who wait. Please join the waiting list.",
    ),
    "BAY_HOLD_OVER": (
        "{bay}번 자리를 잡아 둔 시간이 지났습니다. 장바구니에서 빼고 다시 골라 주세요.",
        "Bay {bay} is no longer kept for you. Please take it out of the basket and choose again.",
    ),
    "BAY_OFFER_OVER": (
        "잡아 둔 자리가 다음 분께 넘어갔습니다. 다시 기다려 주세요.",
        "The bay kept for you went to the next in line. Please wait again.",
    ),
    "BAY_TAKEN": (
        "{bay}번 자리는 방금 다른 분이 잡았습니다. 다른 자리를 골라 주세요.",
        "Bay {bay} has just been taken. Please choose another.",
    ),
    "BAY_UNKNOWN": (
        "없는 자리입니다. 1번부터 {bays}번까지에서 골라 주세요.",
        "There is no such bay. Please choose one from 1 to {bays}.",
    ),
    "BOOKING_AMBIGUOUS": (
        "해당하는 예약이 여러 건 있습니다. 차량 번호 전체를 입력하거나 목록에서 골라 주세요.",
        "Several bookings fit. Please enter the whole plate or choose from the list.",
    ),
    "BOOKING_FIXED": (
        "예약 마감이 지나 시간을 바꿀 수 없습니다. 예약한 시간에 와 주세요.",
        "Booking for this time has closed, so it can no longer be changed. Please come as booked.",
    ),
    "BOOKING_NOT_CONFIRMED": (
        "확정되지 않았거나 취소된 예약입니다. 주문 내역을 확인해 주세요.",
        "This booking was never confirmed or has been cancelled. Please check your order.",
    ),
    "BOOKING_UNKNOWN": (
        "해당하는 예약을 찾을 수 없습니다. 차량 번호나 예약 번호를 다시 확인해 주세요.",
        "We could not find that booking. Please check the plate or the booking number.",
    ),
    "CALLED_ELSEWHERE": (
        "{plate} 차는 {time}에 이미 {number}번 창구로 불렀습니다. 그 창구에서 전달해 주세요.",
        "Car {plate} had been called to lane {number} at {time}. Please hand over there.",
    ),
    "CAPACITY_BELOW_BOOKED": (
        "이미 {booked}대가 자리를 잡았고 준비에 {minutes}분이 듭니다. {booked}대, {preparers}명 이상으로 정해 주세요.",
        "{booked} cars already have a place, and preparing for them takes {minutes} minutes. Please choose at least {booked} cars and {preparers} people.",
    ),
    "CAR_HAS_BAY": (
        "이 차는 이 상영에 이미 자리가 있습니다. 가지고 계신 표를 확인해 주세요.",
        "This car already has a bay at this screening. Please look at the ticket you have.",
    ),
    "CHOICE_OVER": (
        "고를 수 있는 시간이 지났거나 예약이 이미 끝났습니다. 주문 내역을 확인해 주세요.",
        "The time to choose is over, or the booking has ended. Please check your order.",
    ),
    "CLOSING_DAY_PAST": (
        "이미 지난 날입니다. {first_on}부터의 날짜를 골라 주세요.",
        "That day has passed. Please choose {first_on} or later.",
    ),
    "DISPLACEMENT_UNKNOWN": (
        "이 주소로는 고를 것이 없습니다. 주문 내역을 확인해 주세요.",
        "There is nothing to choose at this address. Please check your order.",
    ),
    "DRIVETHROUGH_ERROR": (
        "드라이브스루 처리 중 문제가 생겼습니다. 다시 시도해 주세요.",
        "Something went wrong at the drive-through. Please try again.",
    ),
    "HOLD_CONTENDED": (
        "같은 장바구니로 여러 화면에서 동시에 시간을 고르고 있습니다. 한 화면에서 다시 골라 주세요.",
        "Several screens are choosing a time for the same basket at once. Please choose again on one of them.",
    ),
    "HOLD_EXPIRED": (
        "잡아 둔 시간이 지나 자리가 풀렸습니다. 장바구니는 그대로이니 다른 시간을 골라 주세요.",
        "Your time ran out and the place was released. Your basket is kept: please choose another time.",
    ),
    "ITEM_FULL_THAT_DAY": (
        "{on}에 받을 수 있는 {name}은(는) {left}개입니다. 모두 받을 수 있는 날: {days}",
        "{left} of {name_en} can still be picked up on {on}. Days that have all of it: {days}",
    ),
    "LANE_BUSY": (
        "{number}번 레인에 아직 {plate} 차량이 있습니다. 먼저 전달 완료나 불참을 눌러 주세요.",
        "Car {plate} is still at lane {number}. Please mark it served or gone first.",
    ),
    "LANE_CLOSED": (
        "{number}번 레인은 닫혀 있습니다. 레인을 연 뒤 다시 불러 주세요.",
        "Lane {number} is closed. Please open it, then call again.",
    ),
    "LANE_WAS_TAKEN": (
        "{time}부터 {number}번 창구에 {plate} 차가 있었습니다. 부르신 차는 계속 기다립니다.",
        "Car {plate} had been at lane {number} since {time}. The car you called waits on.",
    ),
    "NOTHING_MEASURED": (
        "측정된 시간이 없어 시간대의 차량 수를 제안할 수 없습니다. 전달이 기록된 뒤 다시 시도해 주세요.",
        "There are no measured times to suggest a number of cars from. Please try again once some hand-overs are recorded.",
    ),
    "NOTHING_TO_WAIT_FOR": (
        "예약을 받는 시간이 없어 기다릴 수 없습니다. 다른 날을 골라 주세요.",
        "No time there takes bookings any more, so there is nothing to wait for. Please choose another day.",
    ),
    "NO_PLACE_TODAY": (
        "오늘은 남은 자리가 없습니다. 받을 차를 늘리거나, 다른 날 예약을 안내해 주세요.",
        "No place is left today. Please let a slot take more cars, or offer to book another day.",
    ),
    "OFFER_OVER": (
        "잡아 둔 시간이 지나 자리가 다음 분께 갔습니다. 다시 기다리거나 다른 시간을 골라 주세요.",
        "The place was kept as long as we could and went to the next in line. Please wait again or choose another time.",
    ),
    "OPENING_CUT_OFF": (
        "예약 마감은 시작({start})보다 늦을 수 없고 {most}일 전보다 이를 수 없습니다. 다시 정해 주세요.",
        "Booking cannot end after the start ({start}) nor more than {most} days before. Please choose again.",
    ),
    "OPENING_DAYS": (
        "요일을 하나 이상 고르거나 오일장 날 하나를 골라 주세요. 둘을 함께 고를 수는 없습니다.",
        "Please choose at least one weekday, or one five-day market; not both.",
    ),
    "OPENING_OVERLAPS": (
        "같은 날 겹치는 정기 시간이 이미 있습니다. 그 시간을 지우거나 겹치지 않게 정해 주세요.",
        "A regular opening already has part of these hours. Please remove it or choose other hours.",
    ),
    "PHONE_LAST4_FORMAT": (
        "전화번호 뒤 네 자리는 숫자 4개여야 합니다. 다시 입력해 주세요.",
        "The end of the phone number must be four digits. Please enter it again.",
    ),
    "PICKUP_AMOUNT": (
        "날짜별 수량은 0에서 {most}개까지입니다. 숫자를 확인해 주세요.",
        "An amount for a date is 0 to {most}. Please check the number.",
    ),
    "PICKUP_DATE_PAST": (
        "지난 날짜입니다. {first_on}부터 정할 수 있습니다.",
        "That day is over. Please choose {first_on} or later.",
    ),
    "PICKUP_STOCK_BELOW_TAKEN": (
        "{name}은(는) 이날 이미 {taken}개가 예약되어 있습니다. {taken}개 이상으로 정하거나, 모자란 만큼을 먼저 나눠 주세요.",
        "{taken} of {name_en} are booked for that day already. Please choose {taken} or more, or share out what there is first.",
    ),
    "PLATE_FORMAT": (
        "차량 번호를 알아볼 수 없습니다. 12가3456 또는 123가4567처럼 입력해 주세요.",
        "We could not read that plate. Please enter it like 12가3456 or 123가4567.",
    ),
    "PREPARATION_FULL": (
        "이 시간에는 준비할 손이 모자랍니다. 모두 준비할 수 있는 가까운 시간: {next}",
        "There are not enough hands to prepare all of it at this time. The nearest time that fits: {next}",
    ),
    "QUEUE_CAR_INVALID": (
        "예약 {car}에 맞지 않는 값({value})이 있어 대기 순서를 계획할 수 없습니다. 예약을 확인해 주세요.",
        "The queue cannot be planned with the value {value} of booking {car}. Please check the booking.",
    ),
    "QUEUE_LANE_INVALID": (
        "{lane}번 창구에 맞지 않는 값({value})이 있어 대기 순서를 계획할 수 없습니다. 창구를 확인해 주세요.",
        "The queue cannot be planned with the value {value} of lane {lane}. Please check the lane.",
    ),
    "QUEUE_STAFF_INVALID": (
        "준비 인원에 맞지 않는 값({value})이 있어 대기 순서를 계획할 수 없습니다. 근무 인원을 확인해 주세요.",
        "The queue cannot be planned with the value {value} for the staff. Please check who works when.",
    ),
    "SCREENING_CALLED_OFF": (
        "취소된 상영입니다. 다른 상영을 골라 주세요.",
        "This screening was called off. Please choose another.",
    ),
    "SCREENING_CLOSED": (
        "예매와 취소가 마감되었습니다. 궁금한 점은 현장에 물어봐 주세요.",
        "Tickets are no longer sold or cancelled for this screening. Please ask at the gate.",
    ),
    "SCREENING_DAY_CLOSED": (
        "장소가 쉬는 날입니다. 다른 날을 고르거나 쉬는 날을 먼저 거두어 주세요.",
        "The site is closed that day. Choose another day, or take back the closing first.",
    ),
    "SCREENING_HAS_ROOM": (
        "아직 {left}자리가 남아 있습니다. 바로 골라 주세요.",
        "There are still {left} bays. Please choose one now.",
    ),
    "SCREENING_NO_SWAP": (
        "그 상영은 값이 다르거나 자리가 없습니다. 다른 상영이나 환불을 골라 주세요.",
        "That screening costs something else or is full. Please choose another, or your money back.",
    ),
    "SCREENING_THEN": (
        "같은 시각에 시작하는 상영이 이미 있습니다. 다른 시각을 골라 주세요.",
        "Another screening begins at that time. Please choose another time.",
    ),
    "SCREENING_TIMES": (
        "예매 마감은 지금보다 늦고 시작보다 이르거나 같아야 하며, 시작은 {most}일 안이어야 합니다.",
        "Sales must end after now and no later than the start, which is at most {most} days ahead.",
    ),
    "SCREENING_TITLE": (
        "한국어와 영어 제목을 각각 {longest}자 이내로 적어 주세요.",
        "Please give a Korean and an English title of at most {longest} characters each.",
    ),
    "SITE_CLOSING_REASON": (
        "쉬는 까닭을 {longest}자 이내로 적어 주세요. 예: 설날",
        "Please say in at most {longest} characters why the site is closed, e.g. 설날.",
    ),
    "SITE_DAY_BOOKED": (
        "이날은 이미 {cars}대가 자리를 잡았습니다. 그래도 닫으려면 예약한 분께 다른 시간을 드리기로 골라 주세요.",
        "{cars} cars already have a place that day. To close it all the same, choose to offer them another.",
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
    "SLOT_HAS_ROOM": (
        "아직 {left}자리가 있습니다. 기다리지 말고 바로 예약해 주세요.",
        "There is still room ({left}). Please book instead of waiting.",
    ),
    "SLOT_PAST": (
        "이미 지난 시간입니다. 앞으로의 시간을 골라 주세요.",
        "This time has already passed. Please choose a later one.",
    ),
    "SLOT_SPAN": (
        "그 사이에 들어갈 시간이 없거나 차량이나 준비하는 사람 수가 맞지 않습니다. 시작과 끝 시간, 차량과 사람 수를 확인해 주세요.",
        "No slot fits in between, or the number of cars or of people is wrong. Please check start, end, cars and people.",
    ),
    "TICKET_CHOICE_OVER": (
        "이미 고르셨거나 고를 시간이 지났습니다. 주문 내역을 확인해 주세요.",
        "You have chosen already, or the time to choose is over. Please check your order.",
    ),
    "TICKET_OTHER_DAY": (
        "이 표는 {on} {time} 상영의 표입니다. 그날 다시 와 주세요.",
        "This ticket is for {on} at {time}. Please come back then.",
    ),
    "TICKET_OVER": (
        "취소된 표입니다. 들여보내지 마시고 손님께 표를 다시 확인해 달라고 해 주세요.",
        "This ticket was cancelled. Please do not let the car in, and ask the guest to look again.",
    ),
    "TICKET_UNKNOWN": (
        "해당하는 표를 찾을 수 없습니다. 차량 번호나 표 번호를 다시 확인해 주세요.",
        "We could not find that ticket. Please check the plate or the ticket number.",
    ),
    "TICKET_USED": (
        "이미 {time}에 쓴 표입니다 ({bay}번 자리). 그 자리에 있는 차를 확인해 주세요.",
        "This ticket was already used at {time} (bay {bay}). Please look at the car in that bay.",
    ),
    "WAITING_UNKNOWN": (
        "기다리기 내역을 찾을 수 없습니다.",
        "We could not find that place in the waiting list.",
    ),
    "WALK_UP_SHARE": (
        "예약 없이 오는 차의 몫은 {most}%까지, 내놓는 때는 시작 {minutes}분 전까지 정할 수 있습니다.",
        "At most {most} % can be kept for cars without a booking, released at most {minutes} minutes before.",
    ),
    "WRONG_DAY": (
        "예약하신 날은 {on} {time}, {site}입니다. 그날 다시 와 주세요.",
        "Your booking is for {on} at {time}, {site}. Please come back then.",
    ),
}
