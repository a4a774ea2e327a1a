//! The pages as a browser gets them: a listener on a loopback port, a clock turned by hand.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc;

use queue::{Action, CounterStep, Number, Site, Timestamp, Wish};
use station::Clock;
use store::{Store, StoreUrl};
use tempfile::TempDir;
use uuid::Uuid;

/// Monday 23 November 2026, 08:00 in Yên Bái.
const START: Timestamp = Timestamp(1_795_395_600_000);
const MINUTE: i64 = 60_000;

/// A centre, its pages, and the clock of both.
struct Centre {
    folder: TempDir,
    url: StoreUrl,
    store: Option<Store>,
    clock: Clock,
    address: SocketAddr,
}

fn site() -> Site {
    let mut site: Site = toml::from_str(include_str!("../../../config/yenbai/site.toml")).unwrap();
    site.name.vi = "Trung tâm <b>\"A\" & B</b>".into();
    let ten = site.counters.iter_mut().find(|counter| counter.id.as_str() == "10").unwrap();
    ten.name = "10<A>".into();
    site
}

/// Pages of a queue that is not there yet.
fn pages() -> Centre {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("queue.db");
    let url: StoreUrl = format!("sqlite:{}", path.display()).parse().unwrap();
    let (clock, (tell, told)) = (Clock::by_hand(START), mpsc::channel());
    let (served, turned) = (url.clone(), clock.clone());
    // It serves until the tests end.
    std::thread::spawn(move || {
        web::serve(&served, turned, "127.0.0.1:0", |address| tell.send(address).unwrap()).unwrap();
    });
    let address = told.recv().unwrap();
    Centre { folder, url, store: None, clock, address }
}

fn centre() -> Centre {
    let mut centre = pages();
    centre.make();
    centre
}

impl Centre {
    fn make(&mut self) {
        self.store = Some(Store::create(&self.url, &site(), self.clock.now().wall).unwrap());
    }

    fn act(&mut self, action: &Action) {
        self.clock.advance_ms(1_000);
        let now = self.clock.now().wall;
        self.store.as_mut().unwrap().act(Uuid::now_v7(), action, now).unwrap();
    }

    fn issue(&mut self) {
        self.act(&Action::Issue { service: "stnmt".into(), wish: Wish::default() });
    }

    fn call(&mut self) {
        self.act(&Action::CallNext { counter: "10".into() });
    }

    fn step(&mut self, step: CounterStep) {
        self.act(&Action::AtCounter { counter: "10".into(), step });
    }

    fn get(&self, path: &str) -> (u16, String) {
        let mut wire = TcpStream::connect(self.address).unwrap();
        let ask = format!("GET {path} HTTP/1.1\r\nHost: luot\r\nConnection: close\r\n\r\n");
        wire.write_all(ask.as_bytes()).unwrap();
        let mut answer = String::new();
        wire.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    #[track_caller]
    fn turn(&self, number: &str, words: &str) {
        let (code, page) = self.get(&format!("/t/20261123-{number}"));
        assert_eq!(code, 200, "{page}");
        assert!(page.contains(number) && page.contains(words), "{words:?}: {page}");
    }

    fn board(&self) -> String {
        let (code, board) = self.get("/api/board");
        assert_eq!(code, 200, "{board}");
        board
    }
}

#[test]
fn the_board_is_json_and_the_hall_a_page() {
    let mut centre = centre();
    assert!(centre.get("/").1.contains("Chưa có số được gọi"));
    centre.issue();
    centre.issue();
    centre.call();
    let board = centre.board();
    for part in [
        r#""day":"2026-11-23""#,
        r#"{"service":"stnmt","waiting":1}"#,
        r#""counter":"10""#,
        r#""label":"10<A>""#,
        r#""number":"H001""#,
    ] {
        assert!(board.contains(part), "{part}: {board}");
    }
    let (code, hall) = centre.get("/");
    assert_eq!(code, 200);
    assert!(hall.contains("H001<td>quầy 10&lt;A&gt;"), "{hall}");
    assert_eq!(centre.get("/nothing").0, 404);
}

#[test]
fn a_turn_is_told_in_each_of_its_states() {
    let mut centre = centre();
    (0..4).for_each(|_| centre.issue());
    centre.turn("H001", "Sắp đến lượt ông/bà.");
    centre.turn("H003", "Còn 2 người trước ông/bà.");
    centre.call();
    centre.turn("H001", "Mời ông/bà đến quầy 10&lt;A&gt;.");
    centre.turn("H003", "Còn 1 người trước ông/bà.");
    centre.step(CounterStep::Start);
    centre.turn("H001", "Đang phục vụ tại quầy 10&lt;A&gt;.");
    centre.step(CounterStep::park());
    centre.turn("H001", "Số đang tạm giữ.");
    centre.call();
    centre.step(CounterStep::NoShow);
    centre.turn("H002", "Đã lỡ lượt.");
    centre.call();
    centre.step(CounterStep::Start);
    centre.step(CounterStep::finish());
    centre.turn("H003", "Đã phục vụ xong.");
    centre.act(&Action::Cancel { number: Number::new("H", 4), by: None });
    centre.turn("H004", "Số đã hết hiệu lực.");
}

#[test]
fn a_number_of_yesterday_waits_no_more() {
    let mut centre = centre();
    centre.issue();
    centre.turn("H001", "Sắp đến lượt");
    centre.clock.advance_ms(24 * 60 * MINUTE);
    centre.turn("H001", "Số đã hết hiệu lực.");
}

#[test]
fn a_wait_is_told_once_enough_visits_were_seen() {
    let mut centre = centre();
    centre.issue();
    assert!(!centre.get("/t/20261123-H001").1.contains("Thời gian chờ dự kiến"));
    for _ in 0..6 {
        centre.issue();
        centre.call();
        centre.clock.advance_ms(5 * MINUTE);
        centre.step(CounterStep::finish());
    }
    (0..4).for_each(|_| centre.issue());
    centre.turn("H010", "Thời gian chờ dự kiến: khoảng ");
}

/// P18: an address that anybody may type is answered, whatever it is.
#[test]
fn what_is_no_number_is_not_found() {
    let mut centre = centre();
    centre.issue();
    for turn in ["20261123-H002", "20261122-H001", "20261123-X1", "H001", "-", "%3Cb%3E-H001"] {
        let (code, page) = centre.get(&format!("/t/{turn}"));
        assert_eq!(code, 404, "{turn}");
        assert!(page.contains("Không tìm thấy số này") && !page.contains("<b>"), "{page}");
    }
}

/// P18: whatever a name holds, a page shows it as text.
#[test]
fn names_are_text_and_never_markup() {
    let centre = centre();
    for path in ["/", "/t/20261123-H001"] {
        let page = centre.get(path).1;
        assert!(!page.contains("<b>"), "{page}");
        assert!(page.contains("&lt;b&gt;&quot;A&quot; &amp; B&lt;/b&gt;"), "{page}");
    }
}

#[test]
fn a_call_that_was_taken_back_is_shown_to_nobody() {
    let mut centre = centre();
    centre.issue();
    centre.call();
    assert!(centre.board().contains("H001"));
    centre.act(&Action::Undo { counter: "10".into() });
    assert!(!centre.board().contains("H001"), "{}", centre.board());
    assert!(!centre.get("/").1.contains("H001"));
    centre.turn("H001", "Sắp đến lượt");
}

#[test]
fn pages_without_a_queue_say_so_and_come_back_with_it() {
    let mut centre = pages();
    for path in ["/", "/api/board", "/t/20261123-H001"] {
        let (code, page) = centre.get(path);
        assert_eq!(code, 503, "{page}");
        assert!(page.contains("<h1>Lượt</h1>"), "{page}");
    }
    centre.make();
    centre.issue();
    centre.turn("H001", "Sắp đến lượt");
    // Moved away, it can still be read by whoever has it open; nobody else sees it.
    let (path, aside) =
        (centre.url.path().unwrap().to_owned(), centre.folder.path().join("aside.db"));
    std::fs::rename(&path, &aside).unwrap();
    assert_eq!(centre.get("/t/20261123-H001").0, 503);
    std::fs::rename(&aside, &path).unwrap();
    centre.turn("H001", "Sắp đến lượt");
}

/// P15: pages that nobody asks for let go of a file that is to be judged, and are served again after.
#[test]
fn idle_pages_do_not_hold_a_file_that_is_to_be_restored() {
    let mut centre = centre();
    centre.issue();
    assert_eq!(centre.get("/").0, 200);
    centre.store = None;
    std::fs::write(centre.folder.path().join("queue.damaged"), "").unwrap();
    let (store, rescued) = loop {
        match Store::open_or_rescue(&centre.url, centre.clock.now().wall) {
            Err(store::Error::Rescuing) => {}
            opened => break opened.unwrap(),
        }
    };
    assert_eq!(rescued, None, "it is sound");
    assert_eq!(centre.get("/").0, 200);
    drop(store);
}
