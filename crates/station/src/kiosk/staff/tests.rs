use queue::{Refusal, Ticket, What};

use super::*;
use crate::config::KioskConfig;
use crate::desk::{Answer, Trouble};
use crate::flow::{Flow, Input};
use crate::kiosk::{Deed, Layout, Mode, Page, PaperState, Printer, Tag, Touch, View};
use crate::testing::{Feed, at, site, ticket};

const PIN: &str = "274901";

/// A kiosk whose PIN is 274901, at eight in the morning, with two slips nobody knows of.
fn kiosk() -> Kiosk {
    let mut config = KioskConfig::default();
    config.staff.pin = Pin::new(PIN).hash().unwrap().0;
    let mut kiosk = Kiosk::new(config, Layout::UPRIGHT);
    let mut feed = Feed::default();
    for (number, print) in [(1, PrintState::Unconfirmed), (2, PrintState::Printed)] {
        feed.issue(1_000, number);
        let what = What::Print { print, copy: false };
        feed.add(2_000, number, "", what);
    }
    let board = Box::new(feed.board);
    let (site, experience) = (site(), Box::default());
    kiosk.step(Input::Board { site, board, tail: Vec::new(), experience }, at(0));
    kiosk
}

fn press(kiosk: &mut Kiosk, touch: Touch, ms: i64) -> Vec<EffectOf<Kiosk>> {
    kiosk.step(Input::Touch(touch), at(ms))
}

fn typed(kiosk: &mut Kiosk, pin: &str, ms: i64) {
    press(kiosk, Touch::Staff, ms);
    for figure in pin.chars() {
        press(kiosk, Touch::Key(Key::Letter(figure)), ms);
    }
    press(kiosk, Touch::Confirm, ms);
}

fn open() -> Kiosk {
    let mut kiosk = kiosk();
    typed(&mut kiosk, PIN, 0);
    assert_eq!(kiosk.view(at(0)).page, Page::Staff);
    kiosk
}

fn deed(kiosk: &mut Kiosk, code: &str, ms: i64) -> Vec<EffectOf<Kiosk>> {
    press(kiosk, Touch::Deed(code.to_owned()), ms)
}

fn known(view: &View) -> Vec<&Deed> {
    view.staff_deeds.iter().chain(view.staff_rows.iter().flat_map(|row| &row.deeds)).collect()
}

fn done(ticket: Ticket) -> Answer {
    let (ticket, events) = (Some(ticket), Vec::new());
    Answer::Done(Box::new(store::Done { ticket, events, repeated: false, code: None }))
}

fn ended(kiosk: &mut Kiosk, job: u64, end: PrintEnd, ms: i64) -> Vec<EffectOf<Kiosk>> {
    kiosk.step(Input::Device(Printer::Ended { job, end }), at(ms))
}

fn jam() -> Trouble {
    Trouble { vi: "Giấy bị kẹt.".into(), en: "The paper is jammed.".into() }
}

#[test]
fn without_a_pin_there_is_no_way_in_and_no_deed_from_outside() {
    let mut bare = Kiosk::new(KioskConfig::default(), Layout::UPRIGHT);
    press(&mut bare, Touch::Staff, 0);
    assert_eq!(bare.at, At::Home);
    let mut kiosk = kiosk();
    for code in ["paper:0", "trial", "printed:1", "of:stnmt", "begin"] {
        assert_eq!(deed(&mut kiosk, code, 0), [], "{code}");
    }
    press(&mut kiosk, Touch::Staff, 0);
    assert_eq!(deed(&mut kiosk, "paper:0", 0), [], "the lock is not open");
}

#[test]
fn the_pin_opens_and_guessing_is_slow_and_neither_is_shown() {
    let mut kiosk = kiosk();
    for _ in 0..4 {
        typed(&mut kiosk, "000000", 0);
        let view = kiosk.view(at(0));
        assert_eq!((view.page, view.pad_hint.as_str()), (Page::Pad, "Sai mã PIN. Mời nhập lại."));
        press(&mut kiosk, Touch::Back, 0);
    }
    typed(&mut kiosk, "000000", 0);
    typed(&mut kiosk, PIN, 59_000);
    let view = kiosk.view(at(59_000));
    assert_eq!(view.pad_hint, "Sai nhiều lần. Thử lại sau 1 giây.", "the right one neither");
    assert!(!view.pad_ready && view.pad_shown == "••••••");
    assert!(!format!("{kiosk:?} {view:?}").contains(PIN));
    assert_eq!(kiosk.deadline(at(59_000)), Some(60_000));
    press(&mut kiosk, Touch::Confirm, 60_000);
    assert_eq!(kiosk.view(at(60_000)).page, Page::Staff);
}

/// Pulling the plug does not end the pause, and the right PIN forgets what was guessed.
#[test]
fn a_pause_goes_on_after_a_restart() {
    let mut kiosk = kiosk();
    let mut kept = Tries::default();
    for _ in 0..5 {
        press(&mut kiosk, Touch::Staff, 0);
        "000000".chars().for_each(|figure| {
            press(&mut kiosk, Touch::Key(Key::Letter(figure)), 0);
        });
        match &press(&mut kiosk, Touch::Confirm, 0)[..] {
            [Effect::Order(Order::Guessed(tries))] => kept = *tries,
            other => panic!("{other:?}"),
        }
        press(&mut kiosk, Touch::Back, 0);
    }
    // Started again: its own time begins anew, the day's goes on.
    let mut again = self::kiosk().guessed(kept);
    let later = |up_ms, ms| Now { up_ms, ..at(ms) };
    let confirm = |kiosk: &mut Kiosk, now: Now| {
        kiosk.step(Input::Touch(Touch::Back), now);
        kiosk.step(Input::Touch(Touch::Staff), now);
        for figure in PIN.chars() {
            kiosk.step(Input::Touch(Touch::Key(Key::Letter(figure))), now);
        }
        kiosk.step(Input::Touch(Touch::Confirm), now)
    };
    assert_eq!(confirm(&mut again, later(0, 59_000)), []);
    let shut = again.view(later(0, 59_000));
    assert_eq!(shut.pad_hint, "Sai nhiều lần. Thử lại sau 1 giây.");
    let forgotten = [Effect::Order(Order::Guessed(Tries::default()))];
    assert_eq!(confirm(&mut again, later(1_000, 60_000)), forgotten);
    assert_eq!(again.view(later(1_000, 60_000)).page, Page::Staff);
}

#[test]
fn what_a_visitor_had_begun_is_gone_and_the_page_closes_by_itself() {
    let mut kiosk = kiosk();
    for touch in [
        Touch::Large,
        Touch::Scanned("001066000001||Nguyễn Văn An|01021966|Nam|Hà Nội|15042021".into()),
        Touch::Tile("agency:stnmt".into()),
        Touch::Row("stnmt/0".into()),
    ] {
        press(&mut kiosk, touch, 0);
    }
    typed(&mut kiosk, PIN, 0);
    let large = Mode { large: true, ..Mode::default() };
    assert!(kiosk.who.is_none() && kiosk.lookup.is_none() && kiosk.mode == large);
    // A code that is held up meanwhile is nobody's.
    press(&mut kiosk, Touch::Scanned("123456".into()), 0);
    assert_eq!(kiosk.at, At::Staff(Place::Menu));
    assert!(kiosk.view(at(IDLE_MS - 11_000)).banner.is_none());
    assert!(kiosk.view(at(IDLE_MS - 9_000)).banner.is_some(), "still there?");
    kiosk.step(Input::Tick, at(IDLE_MS));
    assert_eq!((&kiosk.at, kiosk.mode), (&At::Home, Mode::default()));
}

#[test]
fn it_opens_before_the_hours_and_while_the_store_is_away() {
    let mut kiosk = kiosk();
    let early = Now { wall: at(-3_600_000).wall, up_ms: 0 };
    assert_eq!(kiosk.view(early).page, Page::Closed);
    typed(&mut kiosk, PIN, 0);
    assert_eq!(kiosk.view(early).page, Page::Staff);
    kiosk.step(Input::Away(jam()), at(0));
    let view = kiosk.view(at(0));
    assert_eq!(view.page, Page::Staff);
    let usable = |view: &View| -> Vec<String> {
        known(view).iter().filter(|d| d.usable).map(|d| d.code.clone()).collect()
    };
    assert_eq!(usable(&view), ["paper:0", "trial", "leave"]);

    let mut never_seen = Kiosk::new(kiosk.config.clone(), Layout::UPRIGHT);
    typed(&mut never_seen, PIN, 0);
    assert_eq!(usable(&never_seen.view(at(0))), ["paper:0", "trial", "leave"]);
}

#[test]
fn new_paper_is_told_to_its_printer_and_the_paper_is_said() {
    let mut kiosk = open();
    let paper = PaperState { near_end: true, tickets_left: Some(140), ..PaperState::default() };
    kiosk.step(Input::Device(Printer::Paper(paper)), at(0));
    let lines = kiosk.view(at(0)).staff_lines;
    assert!(lines.contains(&"Sắp hết giấy. Còn khoảng 140 phiếu.".to_owned()), "{lines:?}");
    assert_eq!(deed(&mut kiosk, "paper:0", 0), [Effect::Order(Order::PaperChanged { unit: 0 })]);
    assert_eq!(deed(&mut kiosk, "paper:1", 0), [], "there is no second printer");
    let lines = kiosk.view(at(0)).staff_lines;
    assert_eq!(lines.last().unwrap(), "Đã ghi: giấy mới ở máy in 1.");
}

#[test]
fn a_trial_slip_is_no_number_and_its_end_is_said() {
    let mut kiosk = open();
    let ordered = deed(&mut kiosk, "trial", 0);
    let [Effect::Order(Order::Print { job: 1, slip })] = &ordered[..] else {
        panic!("{ordered:?}");
    };
    assert_eq!(slip.copy_mark.as_deref(), Some("KHÔNG PHẢI SỐ THỨ TỰ"));
    assert!(slip.number.parse::<queue::Number>().is_err() && slip.qr.is_none());
    assert_eq!(deed(&mut kiosk, "trial", 0), [], "one at a time");
    assert_eq!(ended(&mut kiosk, 1, PrintEnd::NotStarted(jam()), 0), [], "no ticket, no record");
    let view = kiosk.view(at(0));
    assert_eq!(view.staff_lines.last().unwrap(), "In thử: không in được. Giấy bị kẹt.");
    assert_eq!(deed(&mut kiosk, "trial", 0).len(), 1, "again");
}

#[test]
fn slips_in_doubt_are_settled_one_by_one() {
    let mut kiosk = open();
    deed(&mut kiosk, "doubts", 0);
    let view = kiosk.view(at(0));
    let rows: Vec<_> = view.staff_rows.iter().map(|row| row.title.as_str()).collect();
    assert_eq!((view.page, rows), (Page::StaffList, vec!["H001"]));
    let record = Action::Print { ticket: TicketId(1), print: PrintState::Printed, copy: false };
    let printed = deed(&mut kiosk, "printed:1", 0);
    assert_eq!(printed, [Effect::Act { tag: Tag::Record, action: record }]);
    assert_eq!(deed(&mut kiosk, "printed:2", 0), [], "that one is not in doubt");
    let again = deed(&mut kiosk, "again:1", 0);
    let printing = Action::Print { ticket: TicketId(1), print: PrintState::Printing, copy: true };
    assert_eq!(again, [Effect::Act { tag: Tag::Printing { job: 1 }, action: printing }]);
    assert!(kiosk.view(at(0)).staff_rows[0].deeds.iter().all(|deed| !deed.usable), "under way");
}

#[test]
fn a_number_is_found_and_printed_again_with_its_mark() {
    let mut kiosk = open();
    deed(&mut kiosk, "copy", 0);
    for letter in "h002".chars() {
        press(&mut kiosk, Touch::Key(Key::Letter(letter)), 0);
    }
    let view = kiosk.view(at(0));
    assert_eq!((view.page, view.query.as_str()), (Page::StaffFind, "H002"));
    let [row] = &view.staff_rows[..] else { panic!("{:?}", view.staff_rows) };
    assert_eq!(row.title, "H002");
    let code = row.deeds[0].code.clone();
    assert_eq!(deed(&mut kiosk, &code, 0).len(), 1);
    let printing = kiosk.step(
        Input::Answer {
            tag: Tag::Printing { job: 1 },
            answer: done(ticket(2, PrintState::Printed)),
        },
        at(0),
    );
    let [Effect::Order(Order::Print { job: 1, slip })] = &printing[..] else {
        panic!("{printing:?}");
    };
    assert_eq!(slip.copy_mark.as_deref(), Some("BẢN IN LẠI"));
    ended(&mut kiosk, 1, PrintEnd::Printed, 0);
    assert_eq!(kiosk.view(at(0)).staff_lines, ["In lại H002: đã in xong."]);
}

/// Asked and begun: ten numbers of the land office.
fn begun() -> Kiosk {
    let mut kiosk = open();
    for code in ["series", "of:stnmt", "many:10"] {
        assert_eq!(deed(&mut kiosk, code, 0), [], "{code}");
    }
    let effects = deed(&mut kiosk, "begin", 0);
    let [Effect::Act { tag: Tag::Mass, action: Action::Issue { service, wish } }] = &effects[..]
    else {
        panic!("{effects:?}");
    };
    assert_eq!((service.as_str(), wish.asker), ("stnmt", queue::Asker::Staff));
    assert_eq!(wish.print, PrintState::Pending);
    kiosk
}

/// The number that was asked for is there and its slip is out; what follows.
fn printed(kiosk: &mut Kiosk, job: u64, ms: i64) -> Vec<EffectOf<Kiosk>> {
    let number = u32::try_from(job).unwrap() + 10;
    let answer = done(ticket(number, PrintState::Pending));
    kiosk.step(Input::Answer { tag: Tag::Mass, answer }, at(ms));
    let answer = done(ticket(number, PrintState::Printing));
    kiosk.step(Input::Answer { tag: Tag::Printing { job }, answer }, at(ms));
    ended(kiosk, job, PrintEnd::Printed, ms)
}

fn asks_for_more(effects: &[EffectOf<Kiosk>]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Act { tag: Tag::Mass, .. }))
}

#[test]
fn numbers_in_a_row_come_one_by_one_and_no_more_than_were_asked_for() {
    let mut kiosk = begun();
    assert_eq!(deed(&mut kiosk, "begin", 0), [], "once");
    for job in 1..10 {
        assert!(asks_for_more(&printed(&mut kiosk, job, 300_000)), "{job}");
        assert_eq!(press(&mut kiosk, Touch::Back, 300_000), []);
        kiosk.step(Input::Tick, at(300_000));
        assert_eq!(kiosk.at, At::Staff(Place::Mass), "the page stays");
    }
    assert!(!asks_for_more(&printed(&mut kiosk, 10, 300_000)));
    let view = kiosk.view(at(300_000));
    assert_eq!(view.staff_lines, ["Đã phát 10 số. H011–H020"]);
    assert_eq!(view.staff_title, "H · Tài nguyên và Môi trường");
}

#[test]
fn numbers_in_a_row_stop_when_told_and_at_the_first_slip_in_doubt() {
    let mut kiosk = begun();
    printed(&mut kiosk, 1, 0);
    deed(&mut kiosk, "stop", 0);
    assert!(!asks_for_more(&printed(&mut kiosk, 2, 0)), "the one under way is the last");
    assert_eq!(kiosk.view(at(0)).staff_lines, ["Đã phát 2 số. H011–H012"]);

    let mut jammed = begun();
    let answer = done(ticket(11, PrintState::Pending));
    jammed.step(Input::Answer { tag: Tag::Mass, answer }, at(0));
    assert!(!asks_for_more(&ended(&mut jammed, 1, PrintEnd::Unknown(jam()), 0)));
    assert_eq!(jammed.view(at(0)).staff_lines, ["Dừng sau 1 số. H011", "Giấy bị kẹt."]);

    let mut refused = begun();
    let answer = Answer::Refused(Refusal::Paused { service: "stnmt".into() });
    refused.step(Input::Answer { tag: Tag::Mass, answer }, at(0));
    let lines = refused.view(at(0)).staff_lines;
    assert_eq!(lines, ["Dừng sau 0 số. ", "Lĩnh vực này tạm dừng tiếp nhận."]);
}

#[test]
fn numbers_in_a_row_need_a_count_a_question_and_a_printer() {
    let mut kiosk = open();
    for code in ["series", "of:stnmt", "begin", "many:1000", "begin"] {
        assert_eq!(deed(&mut kiosk, code, 0), [], "{code}");
    }
    deed(&mut kiosk, "many:50", 0);
    kiosk.step(Input::Device(Printer::Down(jam())), at(0));
    assert_eq!(deed(&mut kiosk, "begin", 0), []);
    let begin = kiosk.view(at(0)).staff_deeds.into_iter().find(|deed| deed.main).unwrap();
    assert!(!begin.usable && begin.code == "begin");
    assert_eq!(kiosk.view(at(0)).staff_lines[0], "Phát và in 50 số liền nhau?");
}

#[test]
fn a_booking_is_checked_in_by_its_typed_code() {
    let mut kiosk = kiosk();
    press(&mut kiosk, Touch::Booked, 0);
    for letter in "12a34567".chars() {
        press(&mut kiosk, Touch::Key(Key::Letter(letter)), 0);
        press(&mut kiosk, Touch::Confirm, 0);
        if letter == '6' {
            break;
        }
        assert!(!kiosk.view(at(0)).pad_ready, "{letter}");
    }
    assert_eq!(kiosk.at, At::Arriving);

    press(&mut kiosk, Touch::Done, 0);
    let refusal = Refusal::UnknownBooking { code: queue::BookingCode("123456".into()) };
    kiosk.step(Input::Answer { tag: Tag::CheckIn, answer: Answer::Refused(refusal) }, at(0));
    assert!(kiosk.view(at(0)).banner.is_some(), "what the rules refuse is said");
}

#[test]
fn a_service_is_paused_for_today_and_opened_again() {
    let mut kiosk = open();
    deed(&mut kiosk, "services", 0);
    let land = |kiosk: &Kiosk| {
        let view = kiosk.view(at(0));
        view.staff_rows.into_iter().find(|row| row.title.starts_with("H ·")).unwrap()
    };
    assert_eq!(land(&kiosk).deeds[0].code, "pause:stnmt");
    let effects = deed(&mut kiosk, "pause:stnmt", 0);
    let [Effect::Act { tag: Tag::Intake, action: Action::Intake { change, by: None, .. } }] =
        &effects[..]
    else {
        panic!("{effects:?}");
    };
    let Intake::Pause { reason } = change else { panic!("{change:?}") };
    assert_eq!(reason, "Cán bộ tạm dừng tại máy lấy số");
    let away = Answer::Failed(jam());
    kiosk.step(Input::Answer { tag: Tag::Intake, answer: away }, at(0));
    assert_eq!(kiosk.view(at(0)).staff_lines, ["Giấy bị kẹt."], "what failed is said");
    kiosk.board.paused.insert("stnmt".into(), "cúp điện".into());
    let row = land(&kiosk);
    assert_eq!(row.deeds[0].code, "resume:stnmt");
    assert!(row.detail.starts_with("Tạm dừng hôm nay · cúp điện"), "{row:?}");
    let resumed = Action::Intake { service: "stnmt".into(), change: Intake::Resume, by: None };
    let effects = deed(&mut kiosk, "resume:stnmt", 0);
    assert_eq!(effects, [Effect::Act { tag: Tag::Intake, action: resumed }]);
    assert_eq!(deed(&mut kiosk, "pause:nowhere", 0), []);
}
