"""What commerce refuses."""

WORDS: dict[str, tuple[str, str]] = {
    "ADDRESS_INVALID": (
        "받는 곳 주소를 판매 시스템이 받아들이지 않았습니다. 시·도, 시·군·구, 우편번호를 다시 확인해 주세요.",
        "The shop system did not accept that address. Please check the province, the city and the postcode.",
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
    "BASKET_CLOSED": (
        "이 장바구니는 이미 주문되어 바꿀 수 없습니다. 주문 내역을 확인하거나 새로 담아 주세요.",
        "This basket has been ordered and cannot change. Please look at your orders or start anew.",
    ),
    "BASKET_EMPTY": (
        "장바구니가 비어 있습니다. 상품을 담은 뒤 주문해 주세요.",
        "Your basket is empty. Please add something before you order.",
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
    "CARD_REFUSED": (
        "카드사가 이 카드를 받아 주지 않았습니다. 돈은 나가지 않았어요. 다른 카드를 적어 주세요.",
        "The bank did not accept this card, and no money was taken. Please enter another one.",
    ),
    "CASH_RECEIPTS_UNAVAILABLE": (
        "현금영수증 발급 기관이 지금 답하지 않습니다. 곧 다시 시도합니다.",
        "The office that issues cash receipts does not answer. We will try again soon.",
    ),
    "CASH_RECEIPT_BY_CARD": (
        "카드로 결제한 주문은 카드 전표가 영수증을 대신하므로 현금영수증을 발급하지 않습니다.",
        "This order is paid by card, and the card's slip is its receipt; there is no cash receipt.",
    ),
    "CASH_RECEIPT_ISSUED": (
        "현금영수증이 이미 발급되었습니다(승인번호 {number}). 고치려면 운영자에게 문의해 주세요.",
        "The cash receipt was issued already (approval number {number}). To change it, please contact the mall.",
    ),
    "CELL_CHOICE": (
        "{choices} 가운데 하나를 적어 주세요.",
        "Please enter one of: {choices}.",
    ),
    "CELL_CUT_OFF": (
        "주문 마감은 ‘당일 09:00’, ‘전날 18:00’, ‘3일 전 12:00’ 또는 ‘없음’으로 적어 주세요.",
        "Please write a cut-off as “Same day 09:00”, “Day before 18:00”, “3 days before 12:00” or “None”.",
    ),
    "CELL_NUMBER": (
        "숫자로 적어 주세요. 예: 12000",
        "Please enter a whole number, e.g. 12000.",
    ),
    "CHILD_UNKNOWN": (
        "등록된 아이를 찾을 수 없습니다. 아이를 먼저 등록하거나 다시 골라 주세요.",
        "We could not find that child. Please register the child first, or choose again.",
    ),
    "CLOSING_RANGE": (
        "{first_on}부터 {last_on}까지의 날짜를 골라 주세요.",
        "Please choose a date from {first_on} until {last_on}.",
    ),
    "COLUMNS_MISSING": (
        "파일에 빠진 열이 있습니다: {columns}. 양식을 내려받아 첫 줄을 그대로 두고 채워 주세요.",
        "The file lacks these columns: {columns}. Please download the form and keep its first row as it is.",
    ),
    "COLUMN_TWICE": (
        "‘{column}’ 열이 두 번 있습니다. 하나만 남겨 주세요.",
        "The column “{column}” is there twice. Please keep one of them.",
    ),
    "COLUMN_UNKNOWN": (
        "‘{column}’ 열은 알 수 없습니다. 양식에 있는 이름으로 고치거나 지워 주세요.",
        "The column “{column}” is not known. Please rename it as in the form, or remove it.",
    ),
    "COMMERCE_ERROR": (
        "주문 처리 중 문제가 생겼습니다. 다시 시도해 주세요.",
        "Something went wrong with the order. Please try again.",
    ),
    "COMMISSION_DAY": (
        "수수료 규칙은 {first_on}부터 1년 안에 시작하게 정합니다. 날짜를 다시 골라 주세요.",
        "A commission rule begins on {first_on} or within a year of it. Please choose another day.",
    ),
    "COMMISSION_DECIDED": (
        "이 제안은 이미 누군가 결정했습니다({status}). 수수료 화면을 다시 확인해 주세요.",
        "Somebody has decided on this proposal already ({status}). Please look at the commission page again.",
    ),
    "COMMISSION_FOUR_EYES": (
        "수수료는 제안한 사람이 아닌 다른 운영자가 승인해야 합니다. 다른 운영자에게 부탁해 주세요.",
        "A rule is approved by another operator than the one who proposed it. Please ask somebody else.",
    ),
    "COMMISSION_RANGE": (
        "수수료율은 0%에서 100% 사이여야 합니다. 값을 다시 입력해 주세요.",
        "The commission must be between 0% and 100%. Please enter another value.",
    ),
    "COMMISSION_SCOPE": (
        "가게와 시장 가운데 하나만 고를 수 있습니다. 누구에게 적용할지 다시 골라 주세요.",
        "A rule is for a shop or for a market, not both. Please choose again whom it is for.",
    ),
    "COMMISSION_TRIED_OTHERWISE": (
        "맞춰 본 뒤에 판매나 규칙이 달라져서 정하지 않았습니다. 다시 맞춰 보고 정해 주세요.",
        "Sales or rules changed since you tried this rule, so it was not set. Please try it again first.",
    ),
    "CONSENT_REQUIRED": (
        "14세 미만 아이의 정보는 보호자 동의가 있어야 쓸 수 있습니다. 동의란에 표시해 주세요.",
        "A guardian must agree before we may use a child's details. Please tick the consent box.",
    ),
    "COPY_TAKEN": (
        "다른 꾸러미에 있거나 분실된 책입니다. 바코드를 확인하고 다른 책을 골라 주세요.",
        "Some copies are in another bundle or missing. Please check the barcodes and choose other copies.",
    ),
    "COPY_UNKNOWN": (
        "이 꾸러미에 없는 바코드입니다. 바코드를 다시 확인해 주세요.",
        "That barcode does not belong to this bundle. Please check the barcode.",
    ),
    "CORE_DIFFERENCE_ONE_SIDED": (
        "판매 시스템에 없는 단위입니다. ‘저쪽에도 올리기’만 할 수 있습니다.",
        "The shop system does not have this size. It can only be brought there.",
    ),
    "CORE_DIFFERENCE_OUTDATED": (
        "견준 뒤에 우리 값이 바뀌었습니다. ‘지금 견주기’를 누르고 다시 정해 주세요.",
        "Ours has changed since the two were compared. Please compare now and decide again.",
    ),
    "CORE_KEY_REUSED": (
        "같은 번호로 다른 내용이 이미 처리되었습니다. 주문을 다시 확인해 주세요.",
        "Something else was done under this number before. Please check the order.",
    ),
    "CORE_ORDER_ENDED": (
        "이미 취소되었거나 기한이 지난 주문입니다. 새로 주문해 주세요.",
        "This order was cancelled or has run out of time. Please order again.",
    ),
    "CORE_ORDER_FULFILLED": (
        "이미 상품이 나간 주문이어서 취소할 수 없습니다. 환불로 처리해 주세요.",
        "Goods of this order have left, so it cannot be cancelled. Please refund it instead.",
    ),
    "CORE_ORDER_PAID": (
        "이미 결제된 주문이어서 만료시킬 수 없습니다. 주문을 취소해 주세요.",
        "This order is paid, so it does not run out of time. Please cancel it instead.",
    ),
    "CORE_ORDER_UNKNOWN": (
        "판매 시스템에 없는 주문입니다. 주문 번호를 확인해 주세요.",
        "The shop system does not have this order. Please check its number.",
    ),
    "CUT_OFF_DAYS": (
        "주문 마감은 받는 날의 {most}일 전까지로 정할 수 있습니다. 다시 골라 주세요.",
        "Orders may close at most {most} days before the hand-over. Please choose again.",
    ),
    "CUT_OFF_PASSED": (
        "변경 마감 시간이 지나 이번 꾸러미는 바꿀 수 없습니다. {next_on} 꾸러미부터 바꿀 수 있습니다.",
        "The cut-off has passed, so this box can no longer change. You can change boxes from {next_on} on.",
    ),
    "DASHBOARD_NOT_PERMITTED": (
        "이 화면은 Saleor에서 {permission} 권한이 있는 직원만 볼 수 있습니다. 관리자에게 권한을 요청해 주세요.",
        "Only staff with the permission {permission} in Saleor may see this. Please ask an administrator for it.",
    ),
    "DASHBOARD_TOKEN_EXPIRED": (
        "Dashboard가 보낸 확인 시간이 지났습니다. Dashboard에서 주문을 다시 열어 주세요.",
        "What the Dashboard sent has expired. Please open the order in the Dashboard again.",
    ),
    "DASHBOARD_TOKEN_INVALID": (
        "이 화면은 Saleor Dashboard 안에서만 열립니다. Dashboard에서 주문을 다시 열어 주세요.",
        "This page opens only inside a Saleor Dashboard. Please open the order there again.",
    ),
    "DEPOSIT_AWAITED": (
        "아직 기다리는 입금입니다. 주문을 취소한 뒤에 돌려보내 주세요.",
        "This money is still waited for. Please cancel the order before you send it back.",
    ),
    "DEPOSIT_INVALID": (
        "은행 화면에 보이는 이름과 금액을 적어 주세요. 금액은 1원부터입니다.",
        "Please enter the name and the amount that the bank shows; the amount is one won or more.",
    ),
    "DEPOSIT_KNOWN": (
        "이미 적은 입금입니다. 같은 때에 두 번 들어왔다면 초까지 다르게 적어 주세요.",
        "This deposit is written down already. If it came twice in one minute, please enter the seconds too.",
    ),
    "DEPOSIT_RETURN_ABOVE": (
        "돌려보낼 돈은 {left:,}원입니다. 화면을 새로 열어 주세요.",
        "There are {left:,} won to send back. Please open the page anew.",
    ),
    "DEPOSIT_TIME": (
        "주문한 뒤부터 지금까지의 때여야 합니다. 다른 주문의 입금이 아닌지 확인해 주세요.",
        "The time must lie between the order and now. Please make sure that the deposit is not another order's.",
    ),
    "DIFFERENCES_OPEN": (
        "결제사 내역과 장부가 다른 {count}건이 아직 설명되지 않았습니다. 까닭을 모두 적은 뒤에 대사를 마쳐 주세요.",
        "{count} differences from the payment company's file are not explained yet. Please explain them before you reconcile.",
    ),
    "DIFFERENCE_UNKNOWN": (
        "찾으시는 차이가 없습니다. 결제사 내역 화면에서 다시 골라 주세요.",
        "We could not find that difference. Please choose it from the files again.",
    ),
    "FEATURED_LISTS_MOST": (
        "목록은 {most}개까지 둘 수 있습니다. 하나를 내리고 다시 해 주세요.",
        "There can be at most {most} lists. Please remove one first.",
    ),
    "FEATURED_LIST_TAKEN": (
        "같은 법과 분류의 목록이 이미 있습니다. 다른 것을 골라 주세요.",
        "There is a list of this rule and category already. Please choose another.",
    ),
    "FOUR_EYES": (
        "정산은 계산하거나 검토한 사람이 아닌 다른 운영자가 승인해야 합니다. 다른 운영자에게 부탁해 주세요.",
        "A run is approved by another operator than the one who calculated or reviewed it. Please ask somebody else.",
    ),
    "FULFILMENT_UNKNOWN": (
        "찾으시는 수령 건이 없습니다. 화면을 새로 고친 뒤 다시 확인해 주세요.",
        "We could not find that part of an order. Please reload the page and check again.",
    ),
    "GATEWAY_FILE_COLUMNS": (
        "결제사 내역 파일이 아닙니다. 다음 칸이 없습니다: {missing}. 결제사에서 받은 파일을 고치지 말고 올려 주세요.",
        "This is no file of the payment company's: it lacks {missing}. Please upload the file as it was downloaded.",
    ),
    "GATEWAY_FILE_ROW": (
        "{row}번째 줄의 ‘{column}’ 칸을 읽을 수 없습니다. 결제사에서 파일을 다시 받아 올려 주세요.",
        "Row {row}, column {column}, cannot be read. Please download the file again and upload that.",
    ),
    "GATEWAY_SILENT": (
        "결제사가 지금 답하지 않습니다. 돈은 나가지 않았어요. 잠시 뒤 다시 눌러 주세요.",
        "The payment company does not answer now, and no money was taken. Please press again in a moment.",
    ),
    "HAND_OVER_UNPAID": (
        "아직 결제되지 않은 상품입니다. 결제를 먼저 받은 뒤 건네주세요.",
        "These goods are not paid for yet. Please take the payment first, then hand them over.",
    ),
    "HARVEST_CHANGED": (
        "그 사이에 주문이 바뀌어 지금은 {ordered}개입니다. 나눈 것을 다시 보고 확인해 주세요.",
        "The orders have changed and now come to {ordered}. Please look at the shares again, then confirm.",
    ),
    "HARVEST_RANGE": (
        "0부터 {most} 사이의 개수를 적어 주세요. 주문보다 적을 때만 나눕니다.",
        "Please enter a number from 0 to {most}. There is something to share out only if fewer were picked than ordered.",
    ),
    "HARVEST_UNDER_WAY": (
        "같은 물건을 다른 화면에서 나누고 있습니다. 잠시 뒤 다시 확인해 주세요.",
        "The same goods are being shared out on another screen. Please look again in a moment.",
    ),
    "IDEMPOTENCY_MISMATCH": (
        "이미 다른 내용으로 처리된 요청이어서 다시 처리하지 않았습니다. 화면을 새로 고친 뒤 다시 시도해 주세요.",
        "This request was already used for something else, so nothing was done. Please reload the page and try again.",
    ),
    "IMPORT_NOT_OPEN": (
        "고칠 곳이 {issues}군데 있어 넣을 수 없습니다. 파일을 고쳐 다시 올려 주세요.",
        "There are {issues} cells to correct, so nothing can be written. Please correct the file and send it again.",
    ),
    "INSUFFICIENT_STOCK": (
        "‘{name}’ 재고가 부족합니다. 지금 {left:,}개까지 주문하실 수 있으니 수량을 바꿔 주세요.",
        "There is not enough of “{name_en}”: {left:,} left. Please change the quantity.",
    ),
    "JOURNAL_UNBALANCED": (
        "장부의 차변과 대변이 {by_won}원 맞지 않아 기록하지 않았습니다. 운영자에게 알려 주세요.",
        "The entries differ by {by_won} won, so nothing was recorded. Please tell the operator.",
    ),
    "KEEP_RANGE": (
        "‘{name}’은(는) 0개부터 {most}개까지 남길 수 있습니다. 남길 수량을 다시 골라 주세요.",
        "Of {name_en} you can keep 0 to {most}. Please choose again how many to keep.",
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
    "MAIL_ORDER_NO_REQUIRED": (
        "통신판매업 신고번호가 필요합니다. 신고번호를 적거나 면제 사유를 골라 주세요.",
        "A mail-order report number is missing. Please enter it, or say why you are exempt.",
    ),
    "MERCHANT_CLOSED": (
        "폐업한 상점이라 다시 열 수 없습니다. 새로 입점 신청을 해 주세요.",
        "This merchant has closed for good and cannot be reopened. Please register anew.",
    ),
    "MERCHANT_CODE_RESERVED": (
        "‘{code}’은(는) 장터가 쓰는 모양의 코드입니다. PRD-로 시작하지 않는 코드를 적어 주세요.",
        "“{code}” looks like one of our own codes. Please use a code that does not begin with PRD-.",
    ),
    "MERCHANT_CODE_TAKEN": (
        "‘{code}’ 코드를 쓰는 상품이 이미 있습니다. 다른 코드를 적어 주세요.",
        "Another of your products has the code “{code}”. Please use a different one.",
    ),
    "NOTHING_OWED": (
        "가게가 갚을 돈은 {owed:,}원입니다. 금액을 다시 확인해 주세요.",
        "The shop owes ₩{owed:,}. Please check the amount.",
    ),
    "NOT_BY_WEIGHT": (
        "무게로 값을 정하는 상품이 아닙니다. 준비했다고만 눌러 주세요.",
        "This is not sold by weight. Please just mark it as packed.",
    ),
    "NOT_FOR_SALE": (
        "‘{name}’ 상품은 지금 판매하지 않습니다. 장바구니에서 빼고 다른 상품을 골라 주세요.",
        "“{name_en}” is not for sale at the moment. Please take it out and choose something else.",
    ),
    "NOT_PUBLISHED": (
        "지금 판매하지 않는 상품이 들어 있습니다. 장바구니에서 빼고 다시 주문해 주세요.",
        "Something here is not for sale at the moment. Please take it out and order again.",
    ),
    "ORDER_EMPTY": (
        "주문할 상품이 없습니다. 장바구니에 담은 뒤 다시 주문해 주세요.",
        "There is nothing to order. Please put something in the basket and order again.",
    ),
    "ORDER_ENDED": (
        "이미 끝났거나 취소된 주문이어서 결제할 수 없습니다. 다시 주문해 주세요.",
        "This order has ended or was cancelled, so it cannot be paid. Please order again.",
    ),
    "ORDER_MOVED_ON": (
        "그 사이 주문 상태가 바뀌었습니다. 화면을 새로 고친 뒤 다시 확인해 주세요.",
        "The order has moved on in the meantime. Please reload the page and look again.",
    ),
    "ORDER_STEP_RANGE": (
        "주문 묶음은 1개에서 {most}개까지입니다. 다시 적어 주세요.",
        "An order step is from 1 to {most}. Please enter another value.",
    ),
    "ORIGIN_REQUIRED": (
        "원산지가 없어 판매를 시작할 수 없습니다. 원산지를 적어 주세요.",
        "The product cannot be shown without its origin. Please enter where it comes from.",
    ),
    "OUTSIDE_PROVINCE": (
        "경기도 밖에는 배송하지 않습니다. 경기도 주소를 적거나, 택배나 드라이브스루를 골라 주세요.",
        "We deliver inside Gyeonggi only. Please enter an address there, or choose a parcel or a drive-through.",
    ),
    "OUT_OF_STOCK": (
        "재고가 부족한 상품이 있습니다. 수량을 줄이거나 다른 상품을 골라 주세요.",
        "There is not enough of something here. Please take fewer or choose something else.",
    ),
    "OVERPAID": (
        "남은 결제 금액({left_won:,}원)보다 많이 결제할 수 없습니다. 금액을 다시 확인해 주세요.",
        "No more can be paid than is left: ₩{left_won:,}. Please check the amount.",
    ),
    "OVER_FULFILLED": (
        "남은 수량({left:,}개)보다 많이 내보낼 수 없습니다. 수량을 확인해 주세요.",
        "No more can leave than is left: {left:,}. Please check the quantity.",
    ),
    "OVER_REFUND": (
        "결제된 금액이나 수량보다 많이 환불할 수 없습니다. 환불 내용을 다시 확인해 주세요.",
        "No more can be refunded than was paid for. Please check the amount and the quantities.",
    ),
    "PARCEL_TERMS_RANGE": (
        "택배비는 0원부터 {most:,}원 사이의 원 단위로 적어 주세요.",
        "Please enter whole won from ₩0 to ₩{most:,}.",
    ),
    "PARCEL_UNKNOWN": (
        "이 가게가 보낼 택배를 찾지 못했습니다. 주문 목록에서 다시 골라 주세요.",
        "There is no such parcel for this shop to send. Please choose it from the orders again.",
    ),
    "PAYMENT_ALREADY_OPEN": (
        "이 주문은 이미 다른 방법으로 결제 중입니다. 주문 내역에서 결제 상태를 확인해 주세요.",
        "This order is already being paid another way. Please see the payment on your order page.",
    ),
    "PAYMENT_GATEWAY_SILENT": (
        "결제사가 답하지 않아 결과를 아직 모릅니다. 잠시 뒤 다시 물어봅니다.",
        "The payment gateway does not answer, so the outcome is not known yet. It will be asked again shortly.",
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
    "PAYOUT_ACCOUNT_FORMAT": (
        "결제사 계정은 영문자, 숫자, 밑줄과 줄표로만 적습니다. 결제사 화면에서 그대로 옮겨 주세요.",
        "An account with the payment company has letters, digits, _ and - only. Please copy it as it is.",
    ),
    "PAYOUT_NOT_BY_HAND": (
        "결제사가 보내거나 이미 끝난 정산이어서 직접 보냈다고 적을 수 없습니다. 지금 상태({status})를 확인해 주세요.",
        "The payment company sends this payout, or it has ended ({status}), so it cannot be recorded by hand.",
    ),
    "PAYOUT_STANDS": (
        "거절되지 않은 정산이어서 다시 보낼 수 없습니다. 지금 상태({status})를 확인해 주세요.",
        "This payout was not refused ({status}), so there is nothing to send again.",
    ),
    "PAYOUT_UNKNOWN": (
        "찾으시는 정산 송금이 없습니다. 정산 화면에서 다시 골라 주세요.",
        "We could not find that payout. Please choose it from the settlement again.",
    ),
    "PER_DAY_RANGE": (
        "하루 수량은 {least:,}개에서 {most:,}개까지 적을 수 있습니다. 다시 적어 주세요.",
        "A daily number is from {least:,} to {most:,}. Please enter it again.",
    ),
    "PHONE_FORMAT": (
        "전화번호를 알아볼 수 없습니다. 010-1234-5678처럼 적어 주세요.",
        "We could not read that telephone number. Please write it like 010-1234-5678.",
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
    "POSTCODE_FORMAT": (
        "{province} 우편번호가 아닙니다. 그 주소의 우편번호 다섯 자리를 적어 주세요.",
        "That is not a postcode of {province}. Please enter the five digits of that address.",
    ),
    "PREPARATION_RANGE": (
        "준비 시간은 한 개에 0분에서 {most}분까지, 1.5처럼 소수 한 자리로 적을 수 있습니다. 다시 적어 주세요.",
        "Preparing one of it takes from 0 to {most} minutes, such as 1.5. Please enter another value.",
    ),
    "PRICE_CHANGED": (
        "‘{name}’의 가격이 {old:,}원에서 {new:,}원으로 바뀌었습니다. 새 가격을 확인해 주세요.",
        "The price of “{name_en}” changed from ₩{old:,} to ₩{new:,}. Please confirm the new price.",
    ),
    "PRICE_RANGE": (
        "가격은 {least:,}원에서 {most:,}원 사이여야 합니다. 다시 입력해 주세요.",
        "The price must be between ₩{least:,} and ₩{most:,}. Please enter another.",
    ),
    "PRODUCT_INVALID": (
        "판매 시스템이 상품 정보를 받아들이지 않았습니다. 표시된 칸을 고친 뒤 다시 저장해 주세요.",
        "The shop system did not accept this product. Please correct the field shown and save it again.",
    ),
    "PROGRAMME_DATES": (
        "바우처 기간이 올바르지 않거나 이미 끝났습니다. 시작일과 끝나는 날을 다시 확인해 주세요.",
        "These dates cannot be, or the programme is over. Please check its first and last day.",
    ),
    "PROGRAMME_UNKNOWN": (
        "해당하는 바우처 사업을 찾을 수 없습니다. 목록에서 다시 골라 주세요.",
        "We could not find that programme. Please choose one from the list again.",
    ),
    "PROVINCE_UNKNOWN": (
        "그런 시·도가 없습니다. 예: 제주특별자치도",
        "There is no such province. For example: 제주특별자치도.",
    ),
    "QTY_RANGE": (
        "수량은 {least}개에서 {max}개까지 담을 수 있습니다. 수량을 바꿔 주세요.",
        "You can have {least} to {max} of one thing. Please change the quantity.",
    ),
    "QTY_STEP": (
        "‘{name}’은(는) {step}개씩 담을 수 있습니다. 수량을 {step}의 배수로 바꿔 주세요.",
        "“{name_en}” is sold in multiples of {step}. Please change the quantity.",
    ),
    "RATING_RANGE": (
        "별점은 1점부터 5점까지입니다. 다시 골라 주세요.",
        "A rating is from 1 to 5. Please choose again.",
    ),
    "RECHARGE_OWN": (
        "입금을 적은 사람은 스스로 확인할 수 없습니다. 다른 운영자가 통장을 보고 확인해 주세요.",
        "Whoever noted money cannot confirm it. Please have another operator look at the bank account.",
    ),
    "RECHARGE_UNKNOWN": (
        "해당하는 입금 기록을 찾을 수 없습니다. 목록에서 다시 골라 주세요.",
        "We could not find that payment to a budget. Please choose one from the list again.",
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
    "RENEWAL_DECIDED": (
        "이미 처리된 꾸러미({now})입니다. 화면을 새로 고쳐 확인해 주세요.",
        "This box has already been decided ({now}). Please reload the page to see how it stands.",
    ),
    "RENEWAL_UNKNOWN": (
        "해당하는 꾸러미 배송을 찾을 수 없습니다. 내 정기 꾸러미에서 다시 골라 주세요.",
        "We could not find that delivery. Please choose it from your boxes again.",
    ),
    "REST_DAYS": (
        "쉬는 요일은 엿새까지 고를 수 있습니다. 여는 요일을 하나 이상 남겨 주세요.",
        "At most six weekdays can be days of rest. Please leave one on which you are open.",
    ),
    "RETURN_EXCLUDED": (
        "주문하실 때 안내한 대로 신선식품은 마음이 바뀌어 반품할 수 없습니다. 상품에 문제가 있으면 ‘상품에 문제가 있어요’를 골라 주세요.",
        "As said when you ordered, fresh food cannot be sent back for a change of mind. If something is wrong with it, please choose 'something is wrong'.",
    ),
    "RETURN_OPEN": (
        "이 상품은 이미 반품이나 하자를 접수했습니다({reference}). 답을 기다려 주세요.",
        "A return of this line is under way already ({reference}). Please wait for the answer.",
    ),
    "RETURN_PHOTOS": (
        "사진은 {most}장까지 보낼 수 있습니다. 잘 보이는 것을 골라 다시 올려 주세요.",
        "You can send up to {most} photos. Please choose the clearest ones.",
    ),
    "RETURN_RANGE": (
        "지금 접수할 수 있는 수량은 1개부터 {most}개까지입니다. 수량을 다시 골라 주세요.",
        "You can report 1 to {most} of these now. Please choose the number again.",
    ),
    "RETURN_TOO_EARLY": (
        "아직 받지 않은 상품입니다. 받기 전에는 주문 화면에서 취소해 주세요.",
        "This has not been handed over yet. Before that, please cancel it on the order's page.",
    ),
    "RETURN_TOO_LATE": (
        "접수할 수 있는 날({until})이 지났습니다. 도움이 필요하면 판매자에게 전화해 주세요.",
        "The last day for this ({until}) has passed. If you need help, please call the seller.",
    ),
    "RETURN_UNKNOWN": (
        "반품 접수를 찾을 수 없습니다. 목록을 다시 열어 주세요.",
        "We could not find that return. Please open the list again.",
    ),
    "REVIEW_NOT_RECEIVED": (
        "이 상품을 받아 본 분만 후기를 쓸 수 있습니다. 상품을 받은 뒤 다시 와 주세요.",
        "Only who has received this product may review it. Please come back when you have.",
    ),
    "REVIEW_UNKNOWN": (
        "후기를 찾을 수 없습니다. 목록을 다시 열어 주세요.",
        "We could not find that review. Please open the list again.",
    ),
    "ROWS_DIFFER": (
        "같은 상품 코드인 {row}번째 줄과 다릅니다. 같게 적거나 다른 코드를 쓰세요.",
        "This differs from row {row}, which has the same code. Please make them the same, or use another code.",
    ),
    "RUN_STANDS": (
        "지금 상태({status})의 정산으로는 할 수 없는 일입니다. 정산 화면을 다시 확인해 주세요.",
        "The run is {status}, so this cannot be done. Please look at the run again.",
    ),
    "RUN_UNKNOWN": (
        "찾으시는 정산이 없습니다. 정산 화면에서 다시 골라 주세요.",
        "We could not find that run. Please choose it from the settlements again.",
    ),
    "SALEOR_APP_ELSEWHERE": (
        "이 Saleor의 장터 앱은 {url}로 알립니다. 이 장터의 것이 아니라면 Dashboard에서 앱을 지우고 다시 실행해 주세요.",
        "The app in this Saleor reports to {url}, which is not this mall. To have it here, remove it in the Dashboard, then run this again.",
    ),
    "SALEOR_APP_INSTALL_FAILED": (
        "Saleor가 장터 앱을 설치하지 못했습니다: {message} 고친 뒤 다시 실행해 주세요.",
        "The Saleor could not install the mall's app: {message} Please put that right, then run this again.",
    ),
    "SALEOR_APP_INSTALL_PENDING": (
        "{seconds}초 동안 Saleor가 설치를 시작하지 않았습니다. Saleor의 worker가 켜져 있는지 확인한 뒤 다시 실행해 주세요.",
        "The Saleor has not begun within {seconds} seconds. Please check that its worker runs, then run this again.",
    ),
    "SALEOR_APP_MANIFEST_UNREACHED": (
        "Saleor가 {url}에서 장터 앱을 읽지 못했습니다: {message} MALL_PUBLIC_URL과 장터의 web을 확인한 뒤 다시 실행해 주세요.",
        "The Saleor could not read the mall's app at {url}: {message} Please check MALL_PUBLIC_URL and that the mall's web runs, then run this again.",
    ),
    "SALEOR_APP_ODD": (
        "Saleor가 알아볼 수 없는 답을 보냈습니다({reason}). 주소와 앞단 서버를 확인한 뒤 다시 시도해 주세요.",
        "The Saleor gave an answer that cannot be read ({reason}). Please check its address and what stands before it, then try again.",
    ),
    "SALEOR_APP_OTHER": (
        "다른 앱의 토큰입니다. 장터의 manifest 주소로 설치했는지 확인해 주세요.",
        "The token belongs to another app. Please check that Jangteo's own manifest was installed.",
    ),
    "SALEOR_APP_PAGE_OLD": (
        "주문 옆에 보이는 장터 화면의 주소가 예전 것이고, Saleor에서는 고칠 수 없습니다. 이 앱으로 진행 중인 결제가 없을 때 Dashboard에서 앱을 지우고 다시 실행해 주세요.",
        "The mall's page beside an order is at an old address, which a Saleor cannot change. When no payment through the app is under way, remove it in the Dashboard, then run this again.",
    ),
    "SALEOR_APP_SILENT": (
        "Saleor가 답하지 않습니다({reason}). 잠시 뒤 다시 시도해 주세요.",
        "The Saleor does not answer ({reason}). Please try again in a moment.",
    ),
    "SALEOR_APP_TOKEN_REFUSED": (
        "Saleor가 이 토큰을 알지 못합니다. 앱을 지우고 다시 설치해 주세요.",
        "The Saleor does not know this token. Please remove the app and install it again.",
    ),
    "SALEOR_BODY_MALFORMED": (
        "Saleor가 보낸 내용이 구독한 형식과 다릅니다. 앱의 webhook을 manifest대로 맞춰 주세요.",
        "What the Saleor sent is not what was subscribed to. Please bring the app's webhooks in line with the manifest.",
    ),
    "SALEOR_CHARGE_UNKNOWN": (
        "장터의 결제사로 받은 결제가 아닙니다.",
        "This payment was not taken by the mall's gateway.",
    ),
    "SALEOR_EVENT_MALFORMED": (
        "Saleor-Event 헤더가 없거나 올바르지 않습니다. 앱의 webhook을 manifest대로 맞춰 주세요.",
        "The header Saleor-Event is missing or odd. Please bring the app's webhooks in line with the manifest.",
    ),
    "SALEOR_NOT_ALLOWED": (
        "이 장터와 연결하기로 한 Saleor가 아닙니다. 장터의 SALEOR_ALLOWED_API_URLS에 주소를 넣어 주세요.",
        "This Saleor is not one the mall works with. Please add its address to the mall's SALEOR_ALLOWED_API_URLS.",
    ),
    "SALEOR_NOT_INSTALLED": (
        "이 Saleor에 장터 앱이 아직 설치되지 않았습니다. 설치를 마친 뒤 다시 시도해 주세요.",
        "The mall's app is not installed in this Saleor yet. Please finish installing it, then try again.",
    ),
    "SALEOR_REFUSED": (
        "판매 시스템(Saleor)이 요청을 거절했습니다({saleor_code}). 운영자에게 알려 주세요.",
        "The shop system (Saleor) refused this ({saleor_code}). Please tell the operator.",
    ),
    "SALEOR_URL_MALFORMED": (
        "Saleor 주소로 쓸 수 없는 값입니다. 예: https://shop.example/graphql/",
        "That cannot be a Saleor's address. For example: https://shop.example/graphql/",
    ),
    "SHEET_EMPTY": (
        "파일에 상품이 없습니다. 첫 줄 아래에 한 줄에 하나씩 적어 주세요.",
        "There are no products in the file. Please enter one a row below the first row.",
    ),
    "SHEET_OLD_EXCEL": (
        "예전 엑셀 파일(.xls)은 읽을 수 없습니다. 엑셀에서 .xlsx나 CSV로 다시 저장해 올려 주세요.",
        "Old Excel files (.xls) cannot be read. Please save it as .xlsx or CSV and send that.",
    ),
    "SHEET_TOO_LARGE": (
        "파일이 너무 큽니다. {most_mb}MB까지 올릴 수 있으니 나누어 올려 주세요.",
        "The file is too large. At most {most_mb} MB can be sent; please split it.",
    ),
    "SHEET_TOO_LONG": (
        "줄이 너무 많습니다. 한 번에 {most:,}줄까지이니 나누어 올려 주세요.",
        "There are too many rows. At most {most:,} at a time; please split the file.",
    ),
    "SHEET_UNREADABLE": (
        "파일을 읽을 수 없습니다. 엑셀(.xlsx)이나 CSV로 저장한 파일을 올려 주세요.",
        "We could not read that file. Please send an Excel file (.xlsx) or CSV.",
    ),
    "SHORT_RANGE": (
        "모자란 상품은 {least}개에서 {most}개까지 있다고 적을 수 있습니다. 다시 확인해 주세요.",
        "Of a line that falls short, {least} to {most} can be there. Please check the number.",
    ),
    "SIGNATURE_MALFORMED": (
        "서명이 없거나 형식이 올바르지 않습니다. webhook에 secretKey가 있으면 지워 주세요.",
        "The signature is missing or malformed. If the webhook has a secretKey, please remove it.",
    ),
    "SIGNATURE_WRONG": (
        "서명이 내용과 맞지 않아 받지 않았습니다. 보낸 Saleor의 키를 확인해 주세요.",
        "The signature does not fit what was sent, so it was not taken. Please check the keys of the Saleor that sent it.",
    ),
    "SIGNING_KEYS_JUST_ASKED": (
        "모르는 키로 서명했고, Saleor의 키는 방금 확인했습니다. 1분 뒤 다시 시도해 주세요.",
        "It is signed with an unknown key, and the Saleor was asked for its keys just now. Please try again in a minute.",
    ),
    "SIGNING_KEY_UNKNOWN": (
        "이 Saleor의 것이 아닌 키로 서명했습니다. 보낸 Saleor를 확인해 주세요.",
        "It is signed with a key that is not this Saleor's. Please check which Saleor sent it.",
    ),
    "SIZE_RANGE": (
        "무게와 부피는 {least:,}에서 {most:,} 사이여야 합니다. 다시 입력해 주세요.",
        "Weight and volume must be between {least:,} and {most:,}. Please enter another value.",
    ),
    "STATUS_DRAFT": (
        "한 번 판 상품은 ‘준비 중’으로 되돌릴 수 없습니다. ‘마감함’으로 적어 주세요.",
        "What was on sale once cannot be a draft again. Please enter “Withdrawn”.",
    ),
    "STOCK_BELOW_ALLOCATED": (
        "이미 {allocated}개가 주문되어 그보다 적게 줄일 수 없습니다. 먼저 주문을 처리해 주세요.",
        "{allocated} are ordered, so there cannot be fewer. Please deal with those orders first.",
    ),
    "STOCK_RANGE": (
        "재고는 {least:,}개에서 {most:,}개 사이여야 합니다. 다시 입력해 주세요.",
        "Stock must be between {least:,} and {most:,}. Please enter another number.",
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
    "SUBSTITUTE_NOT_WANTED": (
        "이 손님은 모자라면 환불을 원합니다. 모자란다고 알려 주세요.",
        "This shopper wants the money back when something is short. Please say that it is short.",
    ),
    "SUBSTITUTE_OVER": (
        "이미 답하셨거나 고를 수 있는 시간이 지났습니다. 주문 내역을 확인해 주세요.",
        "It was answered already, or the time to choose is over. Please look at your order.",
    ),
    "SUBSTITUTE_PENDING": (
        "손님께 대신 드릴 것을 여쭙는 중입니다. 답을 기다려 주세요.",
        "The shopper is being asked about a substitute. Please wait for the answer.",
    ),
    "SUBSTITUTE_TOO_LATE": (
        "곧 나갈 주문이라 손님이 고를 시간이 없습니다. 모자란다고 알려 주세요.",
        "It leaves too soon for the shopper to choose. Please say that it is short.",
    ),
    "SUBSTITUTE_UNFIT": (
        "대신 드릴 수 없는 상품입니다. 값이 같거나 싸고 남은 것이 넉넉한 상품을 골라 주세요.",
        "That cannot come instead. Please choose goods of your own that cost no more and of which enough is left.",
    ),
    "SUBSTITUTE_UNKNOWN": (
        "그런 제안을 찾을 수 없습니다. 주문 내역을 확인해 주세요.",
        "We could not find that proposal. Please look at your order.",
    ),
    "TEXT_REQUIRED": (
        "꼭 필요한 칸이 비어 있습니다. 내용을 적어 주세요.",
        "A required field is empty. Please fill it in.",
    ),
    "TEXT_TOO_LONG": (
        "내용이 너무 깁니다. {longest}자 이내로 줄여 주세요.",
        "That is too long. Please use at most {longest} characters.",
    ),
    "TILL_CHANGED": (
        "그사이 받거나 돌려준 돈이 있습니다. 지금 장부에는 현금 {cash:,}원, 카드 단말기 {slips:,}원입니다. 다시 세어 주세요.",
        "Money was taken or given back meanwhile. The books now have ₩{cash:,} in cash and ₩{slips:,} by card terminal. Please count again.",
    ),
    "TILL_COUNT_FOUR_EYES": (
        "내가 센 돈은 다른 사람이 받아서 확인합니다.",
        "Somebody else receives what you counted.",
    ),
    "TILL_COUNT_OVER": (
        "이미 처리한 시재 정산입니다.",
        "That cash-up has been decided.",
    ),
    "TILL_EMPTY": (
        "지난번 정산한 뒤로 받은 돈이 없습니다.",
        "Nothing was taken since the last cash-up.",
    ),
    "TILL_NOTE_REQUIRED": (
        "장부와 {difference:,}원 다릅니다. 까닭을 적어 주세요.",
        "It differs from the books by ₩{difference:,}. Please say why.",
    ),
    "TILL_RECEIVED_DIFFERS": (
        "적은 현금은 {counted:,}원입니다. 받은 돈이 다르면 ‘다시 세기’로 돌려보내 주세요.",
        "The count says ₩{counted:,} in cash. If you have another amount, send it back to be counted again.",
    ),
    "TRACKING_NUMBER_FORMAT": (
        "이 택배사의 송장번호는 숫자 {digits}자리입니다. 송장에 적힌 대로 적어 주세요.",
        "A tracking number of this courier has {digits} digits. Please copy it from the waybill.",
    ),
    "UNIT_DUPLICATE": (
        "‘{unit}’ 단위가 이미 있습니다. 다른 단위를 적어 주세요.",
        "There is already a unit “{unit}”. Please enter another.",
    ),
    "VOUCHER_AMOUNT": (
        "금액은 1원부터 {most:,}원까지 적을 수 있습니다. 금액을 다시 확인해 주세요.",
        "An amount is from 1 to {most:,} won. Please check it.",
    ),
    "VOUCHER_BUDGET_SPENT": (
        "예산이 {left:,}원 남아 있어 이만큼 발행할 수 없습니다. 수량이나 금액을 줄이거나 예산을 채워 주세요.",
        "The budget has {left:,} won left, which is not enough. Please issue fewer or smaller vouchers, or add money first.",
    ),
    "VOUCHER_EMPTY": (
        "이 바우처에는 남은 금액이 없습니다. 다른 바우처를 쓰거나 카드로 결제해 주세요.",
        "Nothing is left on this voucher. Please use another one, or pay by card.",
    ),
    "VOUCHER_ENDED": (
        "이 바우처는 {until}까지 쓸 수 있었습니다. 다른 바우처를 쓰거나 카드로 결제해 주세요.",
        "This voucher was good until {until}. Please use another one, or pay by card.",
    ),
    "VOUCHER_FOR_MEMBERS": (
        "이 바우처는 회원만 쓸 수 있습니다. 로그인한 뒤 다시 넣어 주세요.",
        "This voucher is for members. Please sign in and enter it again.",
    ),
    "VOUCHER_ISSUE_TOO_MANY": (
        "한 번에 1장부터 {most:,}장까지 발행할 수 있습니다. 나누어 발행해 주세요.",
        "From 1 to {most:,} vouchers are issued at once. Please issue them in several batches.",
    ),
    "VOUCHER_NOT_YET": (
        "이 바우처는 {from}부터 쓸 수 있습니다. 그날부터 다시 써 주세요.",
        "This voucher is good from {from} on. Please use it then.",
    ),
    "VOUCHER_TRIES": (
        "바우처 번호를 여러 번 잘못 넣었습니다. {minutes}분 뒤에 다시 해 주세요.",
        "Too many wrong voucher codes. Please try again in {minutes} minutes.",
    ),
    "VOUCHER_UNKNOWN": (
        "이 번호의 바우처를 찾을 수 없습니다. 카드에 적힌 글자 16자리를 다시 확인해 주세요.",
        "We could not find a voucher with this code. Please check the sixteen letters on the card.",
    ),
    "WAY_CLOSED": (
        "드라이브스루 장소가 없는 가게는 ‘차에서 받기’를 쓸 수 없습니다. ‘집 배송’만 적어 주세요.",
        "A shop without a drive-through site cannot hand over to cars. Please enter “Delivery” only.",
    ),
    "WAY_REQUIRED": (
        "받는 방법이 하나 이상 필요합니다. 배송이나 드라이브스루를 골라 주세요.",
        "At least one way to receive it is needed. Please choose delivery or drive-through.",
    ),
    "WAY_UNAVAILABLE": (
        "이 상품은 그 방법으로 받을 수 없습니다. 다른 방법을 골라 주세요.",
        "This product cannot be received that way. Please choose another.",
    ),
    "WEBHOOK_REFUSED": (
        "결제사가 보낸 알림인지 확인할 수 없어 받지 않았습니다. 웹훅 주소와 서명 키를 확인해 주세요.",
        "This notice cannot be told to be from the payment gateway and was not taken. Please check the webhook's address and signing secret.",
    ),
    "WEIGHT_NEEDED": (
        "‘{name}’은(는) 무게로 값을 정합니다. 저울에 잰 무게를 먼저 적어 주세요.",
        "{name_en} is sold by weight. Please enter what it weighs first.",
    ),
    "WEIGHT_RANGE": (
        "무게는 {least:,}g에서 {most:,}g 사이여야 합니다. 다시 재어 적어 주세요.",
        "The weight must be between {least:,} and {most:,} g. Please weigh it again.",
    ),
    "WRITE_OFF_FOUR_EYES": (
        "떠안기는 제안한 사람이 아닌 다른 운영자가 승인해야 합니다. 다른 운영자에게 부탁해 주세요.",
        "A write-off is approved by another operator than the one who proposed it. Please ask somebody else.",
    ),
    "WRITE_OFF_OVER": (
        "이미 결정한 제안입니다. 화면을 새로 고쳐 확인해 주세요.",
        "This proposal was decided on before. Please reload the page.",
    ),
    "WRITE_OFF_PROPOSED": (
        "이 가게의 빚을 떠안자는 제안이 이미 있습니다. 그 제안을 먼저 결정해 주세요.",
        "It is already proposed to write this shop's debt off. Please decide on that first.",
    ),
}
