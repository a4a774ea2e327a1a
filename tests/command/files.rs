//! What is made and kept: a centre, a slip, a spoken call, a copy.

use rusqlite::Connection;
use store::{Store, StoreUrl};

use super::{Desk, sample};

#[test]
fn a_queue_is_made_once() {
    let desk = Desk::open();
    desk.ticket(&["issue", "stnmt"]);
    let site = desk.name("site.toml");
    desk.run(&["init", "--site", &site]).cannot();
    assert_eq!(desk.ticket(&["issue", "stnmt"])["number"], "H002", "the old one is as it was");
}

#[test]
fn a_mistake_in_the_site_file_has_its_line_and_help() {
    let wrong = sample().replace("hotline = ", "hotlime = ");
    let desk = Desk::bare(&wrong);
    let line = 1 + wrong.lines().position(|line| line.starts_with("hotlime")).unwrap();
    let site = desk.name("site.toml");
    let answer = desk.run(&["init", "--site", &site]);
    let what = answer.cannot();
    for part in [format!("{site}, line {line}"), "hotlime".into(), "help: ".into()] {
        assert!(what.contains(&part), "{part}: {what}");
    }
    assert!(!desk.path("queue.db").exists());
}

#[test]
fn a_site_is_compared_and_applied() {
    let desk = Desk::open();
    let site = desk.name("site.toml");
    let changes = |word: &str| desk.run(&["site", word, &site]).object()["changes"].clone();
    assert_eq!(changes("diff"), serde_json::json!([]));
    let text = sample().replace("hotline = \"1022\"", "hotline = \"1900\"");
    std::fs::write(&site, text).unwrap();
    let wanted = serde_json::json!([{"key": "hotline", "old": "1022", "new": "1900"}]);
    assert_eq!(changes("diff"), wanted);
    assert_eq!(changes("diff"), wanted, "to look changes nothing");
    assert_eq!(changes("apply"), wanted);
    assert_eq!(changes("diff"), serde_json::json!([]));
    assert_eq!(desk.said(&["site", "apply", &site]).out, "no change\n");
}

/// Whoever waits for a service or a counter that a new site has no more is named, and it is not
/// applied by accident; those left behind are found and can be sent on.
#[test]
fn a_site_that_strands_somebody_is_refused_unless_forced() {
    let desk = Desk::open();
    desk.ticket(&["issue", "cat"]);
    let mut site: toml::Table = toml::from_str(&sample()).unwrap();
    let service = |entry: &toml::Value| entry["id"].as_str() == Some("cat");
    site["service"].as_array_mut().unwrap().retain(|entry| !service(entry));
    let counters = site["counter"].as_array_mut().unwrap();
    for counter in counters.iter_mut() {
        counter["services"].as_table_mut().unwrap().remove("cat");
    }
    counters.retain(|counter| !counter["services"].as_table().unwrap().is_empty());
    let file = desk.name("without.toml");
    std::fs::write(&file, toml::to_string(&site).unwrap()).unwrap();

    let number = "T001";
    let told = desk.run(&["site", "diff", &file]).object();
    let wanted = serde_json::json!([{"stranded": "waiting", "number": number, "service": "cat"}]);
    assert_eq!(told["stranded"], wanted);
    let refused = desk.run(&["site", "apply", &file]);
    assert_eq!(refused.refused(), "stranding");
    assert!(refused.err.contains(number), "{refused:?}");
    desk.ticket(&["issue", "cat"]);
    let done = desk.run(&["site", "apply", &file, "--force"]).object();
    assert_eq!(done["stranded"].as_array().unwrap().len(), 2);
    assert_eq!(desk.run(&["board"]).object()["stranded"].as_array().unwrap().len(), 2);
    let checked = desk.said(&["check"]);
    assert!(checked.code == 0 && checked.out.contains(number), "{checked:?}");
    desk.ticket(&["transfer", number, "stnmt"]);
    desk.ticket(&["cancel", "T002"]);
    assert_eq!(desk.run(&["board"]).object()["stranded"], serde_json::json!([]));
    assert_eq!(desk.run(&["site", "apply", &file]).code, 0);
}

#[test]
fn a_slip_is_drawn_and_encoded() {
    let desk = Desk::open();
    let (png, job) = (desk.name("slip.png"), desk.name("slip.bin"));
    let drawn = desk.run(&["slip", "--sample", "--png", &png, "--escpos", &job]).object();
    let picture = std::fs::read(&png).unwrap();
    assert!(picture.starts_with(b"\x89PNG"));
    // The width stands in the first part of the file.
    assert_eq!(picture[16..20], 576_u32.to_be_bytes());
    assert_eq!(drawn["width"], 576);
    let printed = xtask::raster::read(&std::fs::read(&job).unwrap());
    assert_eq!(printed.width * 8, 576);
    desk.ticket(&["issue", "stnmt"]);
    let narrow = ["slip", "--number", "H001", "--png", &png, "--width", "384", "--lang", "en"];
    assert_eq!(desk.run(&narrow).object()["width"], 384);
    assert_eq!(desk.run(&["slip", "--number", "H009", "--png", &png]).refused(), "unknown_number");
    desk.run(&["slip", "--sample", "--png", &png, "--width", "500"]).cannot();
    desk.run(&["slip", "--sample", "--png", "/nowhere/slip.png"]).cannot();
}

/// A centre's own look of the slip and its own printers are checked before a kiosk meets them.
#[test]
fn a_description_of_the_slip_is_checked_and_used() {
    let desk = Desk::bare(&sample());
    let own = |name: &str, of: &str, from: &str, to: &str| {
        let text = std::fs::read_to_string(xtask::root().join(of)).unwrap();
        assert!(text.contains(from), "{from}");
        std::fs::write(desk.path(name), text.replacen(from, to, 1)).unwrap();
        desk.name(name)
    };
    let (png, sized) = (desk.name("slip.png"), "number_mm = 18.4 ");
    let usual = desk.run(&["slip", "--sample", "--png", &png]).object();
    let low = own("low.toml", "assets/slip.toml", sized, "number_mm = 16.0 ");
    desk.run(&["slip", "--check", "--layout", &low]).object();
    let drawn = desk.run(&["slip", "--sample", "--png", &png, "--layout", &low]).object();
    assert!(drawn["height"].as_u64() < usual["height"].as_u64(), "{drawn} {usual}");
    assert!(drawn["paper_mm"].as_u64() < usual["paper_mm"].as_u64());

    let bad = own("bad.toml", "assets/slip.toml", sized, "number_mm = 9.0 ");
    let what = desk.run(&["slip", "--check", "--layout", &bad]).cannot();
    assert!(what.contains("bad.toml, line 12") && what.contains("outside 15"), "{what}");
    let printers = own("p.toml", "assets/printers/printers.toml", "confirm = \"process-id\"", "");
    let what = desk.run(&["slip", "--check", "--profiles", &printers]).cannot();
    assert!(what.contains("p.toml, line") && what.contains("missing field"), "{what}");
    let narrow = ["slip", "--sample", "--png", &png, "--printer", "epson-tm-t88"];
    assert_eq!(desk.run(&narrow).object()["width"], 512);
}

/// A number's slip of today can be told from a copy or an invention.
#[test]
fn a_slips_check_code_is_verified() {
    let desk = Desk::open();
    let id = desk.ticket(&["issue", "stnmt"])["id"].as_i64().unwrap();
    let now = station::Clock::system().now().wall;
    let mut store = Store::open(&desk.url().parse::<StoreUrl>().unwrap()).unwrap();
    let printing = queue::Action::Print {
        ticket: queue::TicketId(id),
        print: queue::PrintState::Printing,
        copy: false,
    };
    let code = store.act(uuid::Uuid::now_v7(), &printing, now).unwrap().code.unwrap();
    let verify = |code: &str| desk.run(&["slip", "--number", "H001", "--code", code]);
    assert_eq!(verify(&code.to_lowercase()).object()["genuine"], true);
    assert_eq!(verify("ABC-DEF").refused(), "wrong_slip_code");
}

/// What a kiosk counts of its paper is seen from outside.
#[test]
fn what_is_left_of_the_paper_is_said() {
    let desk = Desk::open();
    let config = desk.name("kiosk.toml");
    let text = format!("store = \"sqlite:{}\"\n", desk.name("queue.db"));
    std::fs::write(&config, text + "[[printer.fallback]]\nurl = \"tcp://h\"\n").unwrap();
    let counted = "roll_mm = 65000\nused_mm = 37000\nslips = 185\nslip_mm = 200\n";
    std::fs::write(desk.path("printer1.paper"), counted).unwrap();
    let said = desk.run(&["paper", "--config", &config]).lines();
    assert_eq!((said.len(), &said[0]["tickets_left"]), (2, &serde_json::json!(140)));
    assert!(said[1]["tickets_left"].is_null(), "{said:?}");
    std::fs::write(desk.path("printer1.paper"), "used_mm = 1").unwrap();
    desk.run(&["paper", "--config", &config]).cannot();
}

#[test]
fn a_call_is_spoken_into_a_file() {
    let desk = Desk::bare("");
    let wav = desk.name("call.wav");
    for extra in [["--lang", "vi"].as_slice(), &["--lang", "en", "--recall"]] {
        let said = desk.run(&[["say", "H012", "10", "--wav", &wav].as_slice(), extra].concat());
        let said = said.object();
        assert_eq!(said["missing"], serde_json::json!([]), "{said}");
        let (bytes, samples) = (
            std::fs::read(&wav).unwrap(),
            voice::read_wav(desk.path("call.wav").as_path()).unwrap(),
        );
        let rate = u32::from_le_bytes(bytes[24..28].try_into().unwrap());
        assert_eq!(rate, voice::RATE);
        assert!(samples.iter().any(|sample| sample.abs() > 0.1), "silent");
        let millis = samples.len() as u64 * 1_000 / u64::from(rate);
        assert_eq!(said["millis"].as_u64().unwrap(), millis);
    }
    desk.run(&["say", "H012", "10", "--wav", &wav, "--packs", "/nowhere"]).cannot();
}

#[test]
fn a_copy_is_made_and_put_back() {
    let desk = Desk::open();
    desk.ticket(&["issue", "stnmt"]);
    let copies = desk.name("copies");
    let made = desk.run(&["backup", "--to", &copies]).object();
    let copy = made["path"].as_str().unwrap().to_owned();
    assert!(copy.starts_with(&copies) && made["bytes"].as_u64().unwrap() > 0, "{made}");
    assert_eq!(desk.ticket(&["issue", "stnmt"])["number"], "H002");

    let url: StoreUrl = desk.url().parse().unwrap();
    let open = Store::open(&url).unwrap();
    desk.run(&["restore", &copy]).cannot();
    drop(open);
    desk.run(&["restore", &desk.name("site.toml")]).cannot();
    let done = desk.run(&["restore", &copy]).object();
    assert_eq!(done["from"], made["seq"]);
    assert!(std::path::Path::new(done["aside"].as_str().unwrap()).is_dir());
    // H002 is on paper: the file put aside says so, and a hundred more are left out above it.
    assert_eq!(desk.ticket(&["issue", "stnmt"])["number"], "H103");
    assert_eq!(desk.run(&["check"]).object()["ok"], true);
}

/// P15: a damaged file is put back by the command, which says what it did; a sound one is left.
#[test]
fn a_damaged_file_is_rescued() {
    let desk = Desk::open();
    desk.ticket(&["issue", "stnmt"]);
    assert_eq!(desk.run(&["rescue"]).object()["rescued"], false);
    let spoil = || {
        let mut bytes = std::fs::read(desk.path("queue.db")).unwrap();
        bytes[4_096..].fill(0x5a);
        std::fs::write(desk.path("queue.db"), bytes).unwrap();
    };
    let made = desk.run(&["backup"]).object();
    spoil();
    let done = desk.run(&["rescue"]).object();
    assert_eq!((&done["rescued"], &done["backup"]), (&true.into(), &made["path"]));
    assert_eq!(desk.ticket(&["issue", "stnmt"])["number"], "H102");
    assert!(desk.run(&["board"]).object()["restored"].is_string());
    assert!(desk.run(&["check"]).err.contains("restored from a copy"));
    std::fs::remove_dir_all(desk.path("backup")).unwrap();
    spoil();
    let what = desk.run(&["rescue"]).cannot();
    assert!(what.contains("no good copy"), "{what}");
}

/// P16: a copy is tried out by the command and by the timer; a spoilt one, and none, is an alarm in
/// words and by the exit code.
#[test]
fn a_copy_is_proven_and_a_spoilt_one_is_an_alarm() {
    let desk = Desk::open();
    desk.ticket(&["issue", "stnmt"]);
    let none = desk.said(&["backup", "--prove"]);
    assert!(none.code == 2 && none.err.contains("Không có bản sao lưu nào"), "{none:?}");
    let first = desk.run(&["backup", "--if-due"]).object();
    assert_eq!((&first["proof"]["ok"], &first["proof"]["tickets"]), (&true.into(), &1.into()));
    assert_eq!(first["proof"]["seq"], first["seq"]);
    let proven = desk.run(&["backup", "--prove"]).object();
    assert_eq!((&proven["ok"], &proven["seq"]), (&true.into(), &first["seq"]));
    let day = desk.run(&["ledger"]).object();
    assert_eq!(proven["head"], day["hash"], "as the day's ledger has it");
    let said = desk.said(&["backup", "--prove"]).out;
    assert!(said.contains("in order, 1 numbers"), "{said}");

    let copy = first["path"].as_str().unwrap();
    let mut bytes = std::fs::read(copy).unwrap();
    bytes[8_192..].fill(0x5a);
    std::fs::write(copy, bytes).unwrap();
    let bad = desk.run(&["backup", "--prove"]);
    let name = proven["copy"].as_str().unwrap();
    assert!(bad.code == 2 && bad.err.contains(name) && bad.err.contains("help: "), "{bad:?}");
    assert_eq!(bad.object()["ok"], false);
    // One that cannot be read is replaced at once, and that one is proven.
    let again = desk.run(&["backup", "--if-due"]).object();
    assert_eq!((&again["seq"], &again["proof"]["ok"]), (&first["seq"], &true.into()));
    // One that can be read and is no copy of this ledger is not: the timer says so until the next.
    let copy = again["path"].as_str().unwrap();
    let name = again["proof"]["copy"].as_str().unwrap();
    let db = Connection::open(copy).unwrap();
    db.execute("UPDATE leg SET rank = rank - 1", []).unwrap();
    drop(db);
    assert_eq!(desk.run(&["backup", "--prove"]).code, 2);
    let due = desk.run(&["backup", "--if-due"]);
    assert!(due.code == 2 && due.err.contains(name), "{due:?}");
    assert_eq!(due.object(), serde_json::json!({"due": false}));
}
