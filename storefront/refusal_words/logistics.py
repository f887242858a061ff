"""What logistics refuses."""

WORDS: dict[str, tuple[str, str]] = {
    "BREAK_OUTSIDE_SHIFT": (
        "휴식 시간이 근무 시간({start}~{end})을 벗어납니다. 근무 시간 안으로 다시 정해 주세요.",
        "The break is outside the shift ({start}–{end}). Please choose a time within it.",
    ),
    "CHANGE_RANGE": (
        "상자는 1개에서 {most}개까지, 시간은 끝이 시작보다 늦어야 합니다. 다시 적어 주세요.",
        "From 1 to {most} boxes, and a time that ends after it begins. Please correct it.",
    ),
    "CHANGE_UNKNOWN": (
        "그 계획에 없는 차나 배송입니다. 목록에서 다시 골라 주세요.",
        "That van or delivery is not in the plan. Please choose from the list again.",
    ),
    "CLEARANCE_RANGE": (
        "들어갈 수 있는 높이는 {least}~{most}cm로 적어 주세요. 예: 210",
        "Please give the height of the entrance as {least} to {most} cm, e.g. 210.",
    ),
    "CLOSING_REASON": (
        "쉬는 까닭을 {longest}자 이내로 적어 주세요. 예: 설날",
        "Please say in at most {longest} characters why nobody drives, e.g. 설날.",
    ),
    "COLD_COMPARTMENT": (
        "냉장칸은 냉장차에만 있고 차의 부피보다 클 수 없습니다.",
        "Only a chilled van has a cold compartment, and it is no larger than the van.",
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
    "CUT_OFF_RANGE": (
        "마감은 배송 시작({start})보다 늦을 수 없고 {most}일 전보다 이를 수 없습니다. 다시 정해 주세요.",
        "The cut-off cannot be after the start ({start}) nor more than {most} days before. Please choose again.",
    ),
    "DAY_PAST": (
        "이미 지난 날입니다. {first_on}부터의 날짜를 골라 주세요.",
        "That day has passed. Please choose {first_on} or later.",
    ),
    "DAY_UNDER_WAY": (
        "차가 이미 길에 나가 있어 하루를 통째로 견주어 볼 수 없습니다. ‘지금부터 다시 계획’에서 바꾸어 보세요. 보내기 전에는 아무것도 바뀌지 않습니다.",
        "Vans are already on the road, so the whole day cannot be compared. Please try it in “Re-plan from now”: nothing changes before you send it.",
    ),
    "DEPOT_UNKNOWN": (
        "‘{depot}’ 물류 거점을 찾을 수 없습니다. 거점 이름을 확인해 주세요.",
        "There is no depot called “{depot}”. Please check its name.",
    ),
    "EQUIPMENT_NOT_LISTED": (
        "목록에 없는 장비입니다. 목록에서 골라 주세요.",
        "That equipment is not on the list. Please choose from the list.",
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
    "LOGISTICS_ERROR": (
        "배송 처리 중 문제가 생겼습니다. 다시 시도해 주세요.",
        "Something went wrong with delivery. Please try again.",
    ),
    "NOTHING_TO_TRY_AGAIN": (
        "다시 들를 수 없는 배송이 있습니다. 화면을 새로 고친 뒤 다시 골라 주세요.",
        "One of those deliveries cannot be tried again. Please reload the page and choose again.",
    ),
    "NOTHING_UNDER_WAY": (
        "오늘 길에 나간 차가 없습니다. 하루 배차에서 경로를 짜 주세요.",
        "No van is on the road today. Please plan the routes on the day's page.",
    ),
    "OTHER_DEPOT": (
        "이 거점의 기사님이나 차량이 아닙니다. 목록에서 다시 골라 주세요.",
        "That driver or vehicle is not of this depot. Please choose from the list again.",
    ),
    "PLACE_ADDRESS": (
        "주소를 {longest}자 이내로 적어 주세요.",
        "Please give the address in at most {longest} characters.",
    ),
    "PLACE_NEEDS_NOTHING": (
        "높이나 장비 가운데 하나는 알려 주세요.",
        "Please say a height or at least one piece of equipment.",
    ),
    "PLAN_RUNNING": (
        "이미 운행 중인 계획이 있어 바꿀 수 없습니다. ‘지금부터 다시 계획’을 눌러 주세요.",
        "Drivers already follow another plan, so it stays. Please choose “Re-plan from now”.",
    ),
    "PLAN_STALE": (
        "계획을 세운 뒤 배송이나 근무가 바뀌었습니다. 계획을 다시 세워 주세요.",
        "The day has changed since this plan was made. Please plan it again.",
    ),
    "PLAN_VIOLATION": (
        "계획이 지킬 수 없는 조건이 {count}건 있어 게시하지 않았습니다. 계획을 다시 세워 주세요.",
        "The plan breaks {count} rules, so it was not published. Please plan the day again.",
    ),
    "REGULAR_SHIFT_OVERLAPS": (
        "{driver} 기사님이나 {vehicle} 차량은 그 요일 그 시간에 이미 근무가 있습니다. 요일이나 시간을 바꿔 주세요.",
        "{driver} or {vehicle} already has a regular shift then. Please choose other weekdays or hours.",
    ),
    "REGULAR_WINDOW_OVERLAPS": (
        "그 요일에 겹치는 배송 시간이 이미 있습니다. 겹치지 않게 정하거나 먼저 그것을 지워 주세요.",
        "A regular delivery window overlaps this one. Please choose other times, or remove that one first.",
    ),
    "ROADS_REFUSED": (
        "도로 소요 시간을 받지 못했습니다({reason}). 운영자에게 알려 주세요. mall doctor로 확인할 수 있습니다.",
        "The road service gave no durations ({reason}). Please tell the operator: mall doctor says more.",
    ),
    "ROADS_SILENT": (
        "도로 소요 시간 서버가 답하지 않습니다. 잠시 뒤에 다시 시도해 주세요.",
        "The road service does not answer. Please try again in a moment.",
    ),
    "ROADS_UNUSABLE": (
        "도로 소요 시간 설정이 맞지 않습니다({reason}). 운영자에게 알려 주세요. mall doctor로 확인할 수 있습니다.",
        "The road service is set up wrongly ({reason}). Please tell the operator: mall doctor says more.",
    ),
    "ROUTE_CHANGED": (
        "출발하기 전에 경로가 바뀌었습니다. 화면을 새로 고쳐 실을 것을 다시 확인해 주세요.",
        "The route changed before you left. Please reload and check what to load.",
    ),
    "ROUTE_UNKNOWN": (
        "해당 경로를 찾을 수 없습니다. 오늘의 경로를 새로 고침해 주세요.",
        "We could not find that route. Please refresh today's route.",
    ),
    "SHIFT_OVERLAPS": (
        "{driver} 기사님이나 {vehicle} 차량은 그때 근무가 있습니다. 시간을 바꿔 주세요.",
        "{driver} or {vehicle} is already rostered then. Please choose other hours.",
    ),
    "SHIFT_TIMES": (
        "근무 종료({end})가 시작({start})보다 빠릅니다. 시간을 다시 정해 주세요.",
        "The shift would end ({end}) before it starts ({start}). Please correct the hours.",
    ),
    "SPEED_BANDS": (
        "‘07:00 75, 09:30 100’처럼 이른 시각부터 {bands}개까지, {least}~{most}%로 적어 주세요.",
        "Please write it like “07:00 75, 09:30 100”: earliest first, at most {bands}, each {least} to {most} percent.",
    ),
    "STOPS_RANGE": (
        "들를 곳은 {least:,}곳에서 {most:,}곳 사이여야 합니다. 다시 입력해 주세요.",
        "Stops must be between {least:,} and {most:,}. Please enter another number.",
    ),
    "TASK_UNKNOWN": (
        "기사님의 경로에 없는 건이라 기록하지 않았습니다. 오늘의 경로를 새로 고침해 주세요.",
        "That task is not on your route, so nothing was recorded. Please refresh today's route.",
    ),
    "VAN_NOT_DRIVING": (
        "그날 나가지 않거나 멈춘 차를 골랐습니다. 다른 차를 골라 주세요.",
        "That van does not drive today or has stopped. Please choose another one.",
    ),
    "VEHICLE_CAPACITY": (
        "무게는 1~{most_kg}kg, 부피는 1~{most_l}L로 적어 주세요.",
        "Please give the weight as 1 to {most_kg} kg and the volume as 1 to {most_l} litres.",
    ),
    "VEHICLE_NUMBER": (
        "{least}에서 {most} 사이의 숫자로 적어 주세요.",
        "Please give a number between {least} and {most}.",
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
    "WINDOW_TIMES": (
        "배송 시간의 끝({end})이 시작({start})보다 빠릅니다. 시간을 다시 정해 주세요.",
        "The delivery time would end ({end}) before it starts ({start}). Please correct it.",
    ),
    "WINDOW_UNKNOWN": (
        "고르신 배송 시간을 찾을 수 없습니다. 목록에서 다시 골라 주세요.",
        "We could not find that delivery time. Please choose again from the list.",
    ),
}
